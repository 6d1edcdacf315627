// The derivative of the result is an address.
// EXPECT: as the derivative of the result of `f`, which has type double
#include "split.h"

static double f(const double *x) { return x[0] * x[0]; }

double df(double *x, double *dx, double *seed, void *tape) {
  return __enzyme_reverse((void *)f, x, dx, seed, tape); // HERE
}
