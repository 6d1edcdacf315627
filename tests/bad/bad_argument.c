// Value and shadow of a pointer are given as doubles.
// EXPECT: cannot pass
// EXPECT: argument 0 of `f`
#include "bad.h"

static double f(const double *p) { return p[0]; }

double df(double x) {
  return __enzyme_fwddiff((void *)f, x, 1.0); // HERE
}
