#include "check.h"

double f(const double *x, int n);

static double second(double t) { return f(&t, 2); }
static double third(double t) { return f(&t, 3); }
static double seventh(double t) { return f(&t, 7); }

int main(void) {
  double x[] = {0.7};
  CHECK_FUNCTIONAL(f, 1, x, 0, NUMERIC);
  CHECK_SCALAR(second, 0.7, 4 * 0.343, EXACT);
  CHECK_SCALAR(third, 0.7, 1.4, EXACT);
  CHECK_SCALAR(seventh, 0.7, 2 * 1.7, EXACT);
  return check_report();
}
