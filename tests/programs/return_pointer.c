// Functions that return pointers: to an argument, into an array, to fresh memory, to a global, or null.
#include "check.h"

static double store[4];

__attribute__((noinline)) static double *largest(double *a, int n) {
  double *best = a;
  for (int i = 1; i < n; i++)
    if (a[i] > *best)
      best = a + i;
  return best;
}

__attribute__((noinline)) static const double *choose(const double *p, const double *q, int first) { return first ? p : q; }

__attribute__((noinline)) static double *copy(const double *a, int n) {
  double *b = malloc(sizeof *b * (size_t)n);
  memcpy(b, a, sizeof *b * (size_t)n);
  return b;
}

__attribute__((noinline)) static double *slot(int i) { return i < 4 ? &store[i] : 0; }

static double f(const double *x, int n) {
  double *a = copy(x, n);
  *largest(a, n) *= 2.0;
  *slot(2) = a[0] * a[1];
  double s = *choose(a, x, n > 2) + *choose(a + 1, x + 1, n > 3);
  if (!slot(7))
    s += *slot(2) * *largest(a, n);
  free(a);
  return s;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  return check_report();
}
