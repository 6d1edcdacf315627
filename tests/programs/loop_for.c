// Counted loops: up, down, with stride, with a constant and with a run-time bound, and one that never runs.
#include "check.h"

static double f(const double *x, int n) {
  double s = 1.0;
  for (int i = 0; i < n; i++)
    s += x[i] * x[i] * (i + 1);
  for (int i = n - 1; i >= 0; i -= 2)
    s *= 1.0 + 0.1 * x[i];
  for (int i = 5; i < 5; i++)
    s *= x[i];
  for (unsigned i = 0; i < 4; i++)
    s = s * 0.5 + x[i];
  return s;
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  double s = 1.0, d = 0.0;
  for (int i = 0; i < n; i++) {
    s += x[i] * x[i] * (i + 1);
    d += 2 * x[i] * v[i] * (i + 1);
  }
  for (int i = n - 1; i >= 0; i -= 2) {
    d = d * (1.0 + 0.1 * x[i]) + s * 0.1 * v[i];
    s *= 1.0 + 0.1 * x[i];
  }
  for (unsigned i = 0; i < 4; i++) {
    d = d * 0.5 + v[i];
    s = s * 0.5 + x[i];
  }
  dy[0] = d;
}

int main(void) {
  double x[] = {0.3, -0.8, 1.4, 0.6, -0.2, 2.0, -1.1};
  CHECK_FUNCTIONAL(f, 7, x, jvp, EXACT);
  CHECK_FUNCTIONAL(f, 4, x, jvp, EXACT);
  return check_report();
}
