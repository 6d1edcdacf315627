// Loops that the optimiser vectorises at -O2 and -O3: long enough, unaligned, with restrict and with overlap checks.
#include "check.h"

enum { N = 61 };

static void f(const double *restrict x, int n, double *restrict y, int m) {
  (void)m;
  for (int i = 0; i < n; i++)
    y[i] = x[i] * x[i] * 0.5 - 1.0 / (2.0 + x[i]);
}

static void with_checks(const double *x, int n, double *y, int m) {
  (void)m;
  for (int i = 0; i < n; i++)
    y[i] = x[i] * 3.0 + (double)i * x[i];
  for (int i = 0; i < n; i++)
    y[i] *= x[n - 1 - i];
}

static void f_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  for (int i = 0; i < n; i++)
    dy[i] = (x[i] + 1.0 / ((2.0 + x[i]) * (2.0 + x[i]))) * v[i];
}

static void with_checks_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  for (int i = 0; i < n; i++)
    dy[i] = (3.0 + i) * (v[i] * x[n - 1 - i] + x[i] * v[n - 1 - i]);
}

int main(void) {
  double x[N];
  for (int i = 0; i < N; i++)
    x[i] = sin(0.7 * i);
  CHECK_MAP(f, N, N, x, f_jvp, EXACT);
  CHECK_MAP(with_checks, N, N, x, with_checks_jvp, EXACT);
  return check_report();
}
