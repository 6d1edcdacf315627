// An active value goes into a function that has no body and is not in the table of known functions.
// EXPECT: mystery
// EXPECT: `f`
#include "bad.h"

double mystery(double x);

static double f(double x) {
  return 2.0 * mystery(x); // HERE
}

double df(double x) { return __enzyme_fwddiff((void *)f, x, 1.0); }
