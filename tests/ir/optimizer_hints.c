#include "check.h"

double f(const double *x, int n);

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  dy[0] = 8 * 3 * x[0] * x[0] * v[0];
}

int main(void) {
  double x[] = {0.7};
  CHECK_FUNCTIONAL(f, 1, x, jvp, EXACT);
  return check_report();
}
