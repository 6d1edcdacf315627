#include "check.h"

double through(const double *x, int n);

int main(void) {
  const double x[2] = {0.7, -1.3};
  CHECK_FUNCTIONAL(through, 2, x, 0, NUMERIC);
  return check_report();
}
