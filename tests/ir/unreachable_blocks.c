#include "check.h"

double f(double x);

int main(void) {
  CHECK_SCALAR(f, 1.5, 4 * 1.5 * 1.5 * 1.5 + 4 * 1.5, EXACT);
  return check_report();
}
