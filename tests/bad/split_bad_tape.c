// The tape is a number.
// EXPECT: as the tape of `f`
// EXPECT: without enzyme_allocated the tape is the pointer that __enzyme_augmentfwd returns
#include "split.h"

static double f(const double *x) { return x[0] * x[0]; }

double df(double *x, double *dx, long tape) {
  return __enzyme_reverse((void *)f, x, dx, 1.0, tape); // HERE
}
