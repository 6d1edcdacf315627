// Cholesky factorisation in place of A = B B' + I, then log det and one solve.
#include "check.h"

enum { N = 4 };

static void cholesky(double *a, int n) {
  for (int j = 0; j < n; j++) {
    for (int k = 0; k < j; k++)
      for (int i = j; i < n; i++)
        a[i * n + j] -= a[i * n + k] * a[j * n + k];
    double d = sqrt(a[j * n + j]);
    for (int i = j; i < n; i++)
      a[i * n + j] /= d;
  }
}

static double f(const double *x, int n) {
  double a[N * N], z[N], r = 0;
  (void)n;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      a[i * N + j] = i == j;
      for (int k = 0; k < N; k++)
        a[i * N + j] += x[i * N + k] * x[j * N + k];
    }
  cholesky(a, N);
  for (int i = 0; i < N; i++) {
    z[i] = x[i];
    for (int j = 0; j < i; j++)
      z[i] -= a[i * N + j] * z[j];
    z[i] /= a[i * N + i];
    r += z[i] * z[i] + 2.0 * log(a[i * N + i]);
  }
  return r;
}

int main(void) {
  double x[N * N];
  for (int i = 0; i < N * N; i++)
    x[i] = cos(1.3 * i + 0.4);
  CHECK_FUNCTIONAL(f, N * N, x, 0, NUMERIC);
  return check_report();
}
