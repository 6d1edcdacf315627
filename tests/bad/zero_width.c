// No direction at all.
// EXPECT: enzyme_width takes a constant number of at least 1
#include "bad.h"

static double f(double a) { return a * a; }

double df(double x) {
  return __enzyme_fwddiff((void *)f, enzyme_width, 0, enzyme_dup, x); // HERE
}
