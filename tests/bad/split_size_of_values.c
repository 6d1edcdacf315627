// The size of a tape follows from activities alone.
// EXPECT: __enzyme_augmentsize takes one activity marker for each parameter of `f` and no values
#include "split.h"

static double f(const double *x) { return x[0] * x[0]; }

long size(double *x) {
  return __enzyme_augmentsize((void *)f, enzyme_dup, x); // HERE
}
