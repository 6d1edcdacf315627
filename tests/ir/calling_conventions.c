#include "check.h"

double f(const double *x, int n);

// even(v, 5) scales by 1.25 three times.
static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  dy[0] = 2 * x[0] * v[0] * 1.25 * 1.25 * 1.25;
}

int main(void) {
  double x[] = {0.7, 0.0};
  CHECK_FUNCTIONAL(f, 2, x, jvp, EXACT);
  return check_report();
}
