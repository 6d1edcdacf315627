// The value of a function that has none is asked for.
// EXPECT: enzyme_primal_return asks for the value of `f`, which returns nothing
#include "bad.h"

static void f(const double *x, double *y) { *y = *x * *x; }

double df(const double *x, const double *dx, double *y, double *dy) {
  return __enzyme_fwddiff((void *)f, enzyme_primal_return, x, dx, y, dy); // HERE
}
