// enzyme_dupv needs a stride in front of the value.
// EXPECT: enzyme_dupv at argument 0 of `f`
#include "bad.h"

static double f(const double *p) { return p[0]; }

double df(double *p, double *dp) {
  return __enzyme_fwddiff((void *)f, enzyme_width, 1, enzyme_dupv, p, p, dp); // HERE
}
