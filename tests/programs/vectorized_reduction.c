// Reductions that may be vectorised since the order of addition is free: sum, dot product, norm, mixed with indices.
#include "check.h"

enum { N = 53 };

static double dot(const double *x, int n) {
#pragma clang fp reassociate(on)
  double s = 0;
  for (int i = 0; i < n; i++)
    s += x[i] * x[n - 1 - i];
  return s;
}

static double norm(const double *x, int n) {
#pragma clang fp reassociate(on)
  double s = 0, w = 1.0;
  for (int i = 0; i < n; i++) {
    s += x[i] * x[i] * (double)i;
    w += 0.25 * x[i];
  }
  return sqrt(s) * w;
}

static void dot_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  dy[0] = 0;
  for (int i = 0; i < n; i++)
    dy[0] += 2 * v[i] * x[n - 1 - i];
}

static void norm_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  double s = 0, ds = 0, w = 1, dw = 0;
  for (int i = 0; i < n; i++) {
    s += x[i] * x[i] * i, ds += 2 * x[i] * v[i] * i;
    w += 0.25 * x[i], dw += 0.25 * v[i];
  }
  dy[0] = ds / (2 * sqrt(s)) * w + sqrt(s) * dw;
}

int main(void) {
  double x[N];
  for (int i = 0; i < N; i++)
    x[i] = cos(0.9 * i);
  CHECK_FUNCTIONAL(dot, N, x, dot_jvp, EXACT);
  CHECK_FUNCTIONAL(norm, N, x, norm_jvp, EXACT);
  return check_report();
}
