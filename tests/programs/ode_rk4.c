// Classical Runge-Kutta for the Lotka-Volterra equations: derivative with respect to start values and parameters.
#include "check.h"

static void rhs(const double *y, const double *p, double *dy) {
  dy[0] = p[0] * y[0] - p[1] * y[0] * y[1];
  dy[1] = p[2] * y[0] * y[1] - p[3] * y[1];
}

static void solve(const double *x, int n, double *y, int m) {
  double k[4][2], t[2], h = 0.05;
  const double *p = x + 2;
  (void)n;
  (void)m;
  y[0] = x[0];
  y[1] = x[1];
  for (int step = 0; step < 40; step++) {
    rhs(y, p, k[0]);
    for (int s = 1; s < 4; s++) {
      double w = s == 3 ? h : 0.5 * h;
      for (int i = 0; i < 2; i++)
        t[i] = y[i] + w * k[s - 1][i];
      rhs(t, p, k[s]);
    }
    for (int i = 0; i < 2; i++)
      y[i] += h / 6.0 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
  }
}

int main(void) {
  double x[] = {1.0, 0.7, 1.1, 0.9, 0.6, 0.8};
  CHECK_MAP(solve, 6, 2, x, 0, NUMERIC);
  return check_report();
}
