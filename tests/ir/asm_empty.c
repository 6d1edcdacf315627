#include "check.h"

double f(const double *x, int n);

// x0^2 x1 + x1
static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n, (void)m;
  dy[0] = 2 * x[0] * x[1] * v[0] + (x[0] * x[0] + 1) * v[1];
}

int main(void) {
  double x[] = {1.25, -0.75};
  CHECK_FUNCTIONAL(f, 2, x, jvp, EXACT);
  return check_report();
}
