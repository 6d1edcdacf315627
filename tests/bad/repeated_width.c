// Two widths.
// EXPECT: enzyme_width is given twice
#include "bad.h"

static double f(double a) { return a * a; }

double df(double x) {
  return __enzyme_fwddiff((void *)f, enzyme_width, 1, enzyme_width, 1, enzyme_dup, x, 1.0); // HERE
}
