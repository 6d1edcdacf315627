// The width comes from a variable.
// EXPECT: enzyme_width takes a constant number
#include "bad.h"

static double f(double a) { return a * a; }

double df(double x, int width) {
  return __enzyme_fwddiff((void *)f, enzyme_width, width, enzyme_dup, x, 1.0); // HERE
}
