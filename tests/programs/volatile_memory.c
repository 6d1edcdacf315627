// Volatile loads and stores keep their number and order, in the shadow too.
#include "check.h"

static double f(const double *x, int n) {
  volatile double cell = x[0];
  volatile int stop = n;
  double s = 0;
  for (int i = 0; i < stop; i++) {
    cell = cell * x[i];
    s += cell + cell * 2.0;
  }
  return s;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  return check_report();
}
