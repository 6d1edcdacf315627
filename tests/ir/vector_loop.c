#include "check.h"

double f(const double *x, int n);

int main(void) {
  double x[] = {0.7, -1.3, 0.9, 0.4, -1.1, 0.5, 0.6, 1.9, -0.8, 1.2};
  CHECK_FUNCTIONAL(f, 10, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 8, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  return check_report();
}
