// A call through a pointer that is only known at run time.
// EXPECT: `f`
#include "bad.h"

static double f(double (*callback)(double), double x) {
  return 2.0 * callback(x); // HERE
}

double df(double (*callback)(double), double x) {
  return __enzyme_fwddiff((void *)f, enzyme_const, callback, enzyme_dup, x, 1.0);
}
