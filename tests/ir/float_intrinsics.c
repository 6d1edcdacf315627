#include "check.h"

double f(double x);

int main(void) {
  CHECK_SCALAR_FD(f, 0.8);
  CHECK_SCALAR_FD(f, 1.45);
  return check_report();
}
