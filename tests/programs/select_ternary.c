// Conditional expressions that become selects: values, nested, with an inactive arm, and of pointers.
#include "check.h"

static double f(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) {
    double positive = x[i] > 0 ? x[i] * x[i] : 3.0 * x[i];
    double capped = positive > 2.0 ? 2.0 : positive;
    s += capped * (x[i] < -1.0 ? x[0] : 1.5);
  }
  const double *chosen = x[0] > x[1] ? &x[0] : &x[1];
  return s + *chosen * x[2];
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  double d = 0;
  for (int i = 0; i < n; i++) {
    double p = x[i] > 0 ? x[i] * x[i] : 3.0 * x[i], dp = x[i] > 0 ? 2 * x[i] * v[i] : 3.0 * v[i];
    double c = p > 2.0 ? 2.0 : p, dc = p > 2.0 ? 0.0 : dp;
    double w = x[i] < -1.0 ? x[0] : 1.5, dw = x[i] < -1.0 ? v[0] : 0.0;
    d += dc * w + c * dw;
  }
  int k = x[0] > x[1] ? 0 : 1;
  dy[0] = d + v[k] * x[2] + x[k] * v[2];
}

int main(void) {
  double first[] = {0.5, -2.0, 1.2, -0.4, 3.0};
  double second[] = {-1.5, 0.25, -0.75, 1.9, -3.0};
  CHECK_FUNCTIONAL(f, 5, first, jvp, EXACT);
  CHECK_FUNCTIONAL(f, 5, second, jvp, EXACT);
  return check_report();
}
