#include "check.h"

double f(const double *x, int n);

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  dy[0] = 5 * (v[0] * x[1] + x[0] * v[1]);
}

int main(void) {
  double x[] = {0.7, 1.3};
  CHECK_FUNCTIONAL(f, 2, x, jvp, EXACT);
  return check_report();
}
