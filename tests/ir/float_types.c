#include "check.h"

double f(double x);

int main(void) {
  // x^2 in half and x^2 / 2 in fp128; both points are exact in half.
  CHECK_SCALAR(f, 0.75, 2 * 0.75 + 0.75, 1e-3);
  CHECK_SCALAR(f, 1.5, 3.0 + 1.5, 1e-3);
  return check_report();
}
