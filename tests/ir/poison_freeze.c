#include "check.h"

double f(const double *x, int n);

int main(void) {
  double x[] = {0.7, 1.3}, y[] = {0.7, -1.3};
  CHECK_FUNCTIONAL(f, 2, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 2, y, 0, NUMERIC);
  return check_report();
}
