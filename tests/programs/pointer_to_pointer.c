// A matrix as an array of pointers to rows: the shadow has pointers to the shadows of the rows.
#include "check.h"

static double **allocate(int n) {
  double **rows = malloc(sizeof *rows * (size_t)n);
  for (int i = 0; i < n; i++)
    rows[i] = malloc(sizeof **rows * (size_t)n);
  return rows;
}

static void release(double **rows, int n) {
  for (int i = 0; i < n; i++)
    free(rows[i]);
  free(rows);
}

static double f(const double *x, int n) {
  double **a = allocate(n), **b = allocate(n), trace = 0;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      a[i][j] = x[i] * x[j] + i;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      b[i][j] = 0;
      for (int k = 0; k < n; k++)
        b[i][j] += a[i][k] * a[k][j];
    }
  double *swap = b[0];
  b[0] = b[n - 1];
  b[n - 1] = swap;
  for (int i = 0; i < n; i++)
    trace += b[i][i];
  release(a, n);
  release(b, n);
  return trace;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  return check_report();
}
