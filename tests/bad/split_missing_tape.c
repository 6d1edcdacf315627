// The tape is missing.
// EXPECT: __enzyme_reverse misses the tape of `f`
#include "split.h"

static double f(const double *x) { return x[0] * x[0]; }

double df(double *x, double *dx) {
  return __enzyme_reverse((void *)f, x, dx, 1.0); // HERE
}
