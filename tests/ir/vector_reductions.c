#include "check.h"

void f(const double *x, int n, double *y, int m);

int main(void) {
  double x[] = {0.7, 1.3, -0.4, -1.9}, with_zero[] = {0.7, 0.0, 1.4, -0.9};
  CHECK_MAP(f, 4, 7, x, 0, NUMERIC);
  CHECK_MAP(f, 4, 7, with_zero, 0, NUMERIC);
  return check_report();
}
