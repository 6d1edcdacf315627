// The call ends before the last argument of the function.
// EXPECT: too few arguments to __enzyme_fwddiff
// EXPECT: `f` takes 3 arguments
#include "bad.h"

static double f(double a, double b, double c) { return a * b * c; }

double df(double x) {
  return __enzyme_fwddiff((void *)f, x, 1.0, x, 1.0); // HERE
}
