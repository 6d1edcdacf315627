// The derivative of the result is missing.
// EXPECT: __enzyme_reverse misses the derivative of the result of `f` (of type double)
#include "split.h"

static double f(double x) { return x * x; }

double df(double x) {
  return __enzyme_reverse((void *)f, x); // HERE
}
