// Kahan's sum of nonlinear terms: code that means nothing if it is simplified.
#include "check.h"

static double f(const double *x, int n) {
  double sum = 0, lost = 0;
  for (int i = 0; i < n; i++) {
    double y = x[i] * x[i] * x[i] - lost;
    volatile double t = sum + y;
    lost = (t - sum) - y;
    sum = t;
  }
  return sum * sum;
}

int main(void) {
  double x[6] = {0.6, -0.9, 0.4, 0.8, -0.3, 1.2};
  CHECK_FUNCTIONAL(f, 6, x, 0, NUMERIC);
  return check_report();
}
