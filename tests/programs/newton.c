// Newton's iteration for a root that depends on parameters; the implicit function theorem is the reference.
#include "check.h"

// y with y^3 + a y = b.
static double root(const double *x, int n) {
  double y = 1.0;
  (void)n;
  for (int i = 0; i < 50; i++) {
    double r = y * y * y + x[0] * y - x[1];
    y -= r / (3 * y * y + x[0]);
    if (fabs(r) < 1e-14)
      break;
  }
  return y;
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  double y = root(x, n);
  (void)m;
  dy[0] = (v[1] - y * v[0]) / (3 * y * y + x[0]);
}

// The same with a derivative by finite differences inside, as programs without AD do it: secant steps.
static double secant(const double *x, int n) {
  double a = 0.5, b = 1.5;
  (void)n;
  double ra = a * a * a + x[0] * a - x[1], rb = b * b * b + x[0] * b - x[1];
  for (int i = 0; i < 9; i++) {
    double c = b - rb * (b - a) / (rb - ra);
    a = b, ra = rb;
    b = c, rb = b * b * b + x[0] * b - x[1];
    if (fabs(rb) < 1e-9)
      break;
  }
  return b;
}

int main(void) {
  double x[] = {1.3, 2.0}, y[] = {0.4, 0.9};
  CHECK_FUNCTIONAL(root, 2, x, jvp, EXACT);
  CHECK_FUNCTIONAL(root, 2, y, jvp, EXACT);
  check_step = 1e-4;
  CHECK_FUNCTIONAL(secant, 2, x, 0, 1e-6);
  return check_report();
}
