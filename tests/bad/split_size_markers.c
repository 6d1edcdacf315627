// One marker for two parameters.
// EXPECT: each of the 2 parameters of `f`, and 1 are given
#include "split.h"

static double f(const double *x, int n) { return x[n] * x[0]; }

long size(void) {
  return __enzyme_augmentsize((void *)f, enzyme_dup); // HERE
}
