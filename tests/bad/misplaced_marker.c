// enzyme_out belongs to reverse mode.
// EXPECT: the marker `enzyme_out` has no meaning in __enzyme_fwddiff
#include "bad.h"

extern int enzyme_out;

static double f(double x) { return x * x; }

double df(double x) {
  return __enzyme_fwddiff((void *)f, enzyme_out, x); // HERE
}
