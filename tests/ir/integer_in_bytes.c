#include "check.h"

void f(double *x, int n);

int main(void) {
  double x[] = {0.7, -1.3, 0.9, 0.4, -1.1};
  CHECK_IN_PLACE(f, 5, x, 0, NUMERIC);
  return check_report();
}
