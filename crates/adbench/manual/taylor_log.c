// The derivative of the truncated series by hand: the sum of x^(i - 1), which comes with the value.
#include "kernel.h"

void manual_gradient(const void *constants, const double *restrict x, double *restrict y, double *restrict w,
                     double *restrict gradient) {
  const struct kernel *given = constants;
  double power = 1.0, sum = 0.0, slope = 0.0;
  for (int i = 1; i <= given->n; i++) {
    slope += power;
    power *= *x;
    sum += power / (double)i;
  }
  *y = sum;
  *gradient += *w * slope;
  *w = 0.0;
}
