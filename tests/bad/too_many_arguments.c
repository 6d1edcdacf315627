// Operands are left over behind the last argument of the function.
// EXPECT: too many arguments to __enzyme_fwddiff
// EXPECT: `f` takes 1
#include "bad.h"

static double f(double a) { return a * a; }

double df(double x) {
  return __enzyme_fwddiff((void *)f, x, 1.0, x); // HERE
}
