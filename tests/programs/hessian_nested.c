// A whole Hessian: an outer request of width 3 over an inner one of width 3.
#include "check.h"

enum { N = 3 };

static double f(const double *x) { return x[0] * x[0] * x[1] + sin(x[1] * x[2]) + exp(x[0]) * x[2]; }

static void gradient(const double *x, double *g) {
#ifdef SELFTEST
  double c = cos(x[1] * x[2]);
  g[0] = 2 * x[0] * x[1] + exp(x[0]) * x[2];
  g[1] = x[0] * x[0] + c * x[2];
  g[2] = c * x[1] + exp(x[0]);
  (void)f;
#else
  static const double e[N][N] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  struct check_triple t = __enzyme_fwddiff_triple((void *)f, enzyme_width, 3, enzyme_dup, x, e[0], e[1], e[2]);
  for (int i = 0; i < N; i++)
    g[i] = t.d[i];
#endif
}

int main(void) {
  double x[N] = {0.5, 1.25, -0.75}, g[N], h[N][N];
  double c = cos(x[1] * x[2]), s = sin(x[1] * x[2]), e = exp(x[0]);
  double want[N][N] = {{2 * x[1] + e * x[2], 2 * x[0], e},
                       {2 * x[0], -s * x[2] * x[2], c - s * x[1] * x[2]},
                       {e, c - s * x[1] * x[2], -s * x[1] * x[1]}};
#ifdef SELFTEST
  gradient(x, g);
  for (int i = 0; i < N; i++) {
    double d = 1e-5, above[N], below[N], y[N];
    memcpy(y, x, sizeof y);
    y[i] = x[i] + d;
    gradient(y, above);
    y[i] = x[i] - d;
    gradient(y, below);
    for (int j = 0; j < N; j++)
      h[i][j] = (above[j] - below[j]) / (2 * d);
  }
#else
  static const double unit[N][N] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  __enzyme_fwddiff_void((void *)gradient, enzyme_width, 3, enzyme_dup, x, unit[0], unit[1], unit[2], enzyme_dup, g, h[0], h[1], h[2]);
#endif
  CHECK_CLOSE("gradient", g[1], x[0] * x[0] + c * x[2], EXACT);
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      CHECK_CLOSE("hessian", h[i][j], want[i][j], EXACT);
  return check_report();
}
