// Loops that are vectorised with strided and interleaved accesses, gathers, and conversions between types.
#include "check.h"

enum { N = 32 };

static void rotate(const double *restrict x, int n, double *restrict y, int m) {
  (void)n;
  for (int i = 0; i < m / 2; i++) { // complex numbers
    y[2 * i] = x[2 * i] * 0.6 - x[2 * i + 1] * 0.8;
    y[2 * i + 1] = x[2 * i] * 0.8 + x[2 * i + 1] * 0.6;
  }
}

static double gather(const double *x, int n) {
#pragma clang fp reassociate(on)
  static const int index[N] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4, 3, 3, 8, 3, 2, 7, 9, 5};
  double s = 0;
  for (int i = 0; i < n; i++)
    s += x[index[i]] * x[i] * (double)index[i];
  return s;
}

static void backwards(const double *restrict x, int n, double *restrict y, int m) {
  for (int i = 0; i < m; i++)
    y[i] = x[n - 1 - i] * (float)i + (double)(i % 3);
}

static void rotate_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)x;
  rotate(v, n, dy, m);
}

static void backwards_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)x;
  for (int i = 0; i < m; i++)
    dy[i] = v[n - 1 - i] * i;
}

int main(void) {
  double x[N];
  for (int i = 0; i < N; i++)
    x[i] = sin(0.7 * i + 0.1);
  CHECK_MAP(rotate, N, N, x, rotate_jvp, EXACT);
  CHECK_FUNCTIONAL(gather, N, x, 0, NUMERIC);
  CHECK_MAP(backwards, N, N, x, backwards_jvp, EXACT);
  return check_report();
}
