// Memory that a function makes, reads again and hands to its caller, who overwrites it: by the result, and through an address in memory.
#include "check.h"

struct row {
  double *at;
  int count;
};

__attribute__((noinline)) static double *powers(const double *x, int n, double *sum) {
  double *p = malloc(sizeof(double) * (size_t)n);
  for (int i = 0; i < n; i++)
    p[i] = x[i] * x[i] + 0.5;
  for (int i = 0; i < n; i++)
    *sum += sin(p[i]) * p[n - 1 - i];
  return p;
}

__attribute__((noinline)) static void chain(struct row *row, const double *x, int n, double *sum) {
  row->count = n;
  row->at = malloc(sizeof(double) * (size_t)n);
  double *p = row->at;
  p[0] = x[0];
  for (int i = 1; i < n; i++)
    p[i] = cos(p[i - 1]) * x[i];
  for (int i = 0; i < n; i++)
    *sum += p[i] * p[i] * p[n - 1 - i];
}

__attribute__((noinline)) static double *recurrence(const double *x, int n, double *sum) {
  double *p = malloc(sizeof(double) * (size_t)n);
  p[0] = x[0];
  for (int i = 1; i < n; i++) {
    p[i] = sin(p[i - 1]) * x[i];
    *sum += p[i] * p[i - 1] * p[i];
  }
  return p;
}

static double f(const double *x, int n) {
  double sum = 0;
  double *p = powers(x, n, &sum), *r = recurrence(x, n, &sum);
  struct row row;
  chain(&row, x, n, &sum);
  for (int i = 0; i < n; i++) {
    sum += p[i] * r[i] * row.at[i];
    p[i] = 7 + i;
    r[i] = 5 - r[i];
    row.at[i] = p[i] * x[i];
  }
  for (int i = 0; i < n; i++)
    sum += p[i] * r[i] * row.at[row.count - 1 - i];
  free(p);
  free(r);
  free(row.at);
  return sum;
}

int main(void) {
  double x[] = {0.3, 1.2, 0.7, 1.5, 0.9, -0.4};
  CHECK_FUNCTIONAL(f, 6, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 2, x, 0, NUMERIC);
  return check_report();
}
