#include "check.h"

double f(const double *x, int n);

int main(void) {
  double a[] = {0.7, -1.3, 0.9, 0.4}, b[] = {2.7, 2.3, 0.9, 0.4}, c[] = {0.7, -1.3, 0.05, 0.4};
  CHECK_FUNCTIONAL(f, 4, a, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 4, b, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 4, c, 0, NUMERIC);
  return check_report();
}
