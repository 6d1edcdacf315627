// The last active argument has no shadow.
// EXPECT: misses the shadow of argument 1 of `f`
// EXPECT: enzyme_const
#include "bad.h"

static double f(double a, const double *p) { return a * p[0]; }

double df(double x, const double *p) {
  return __enzyme_fwddiff((void *)f, x, 1.0, enzyme_dup, p); // HERE
}
