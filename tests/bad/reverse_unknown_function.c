// A gradient through a function that nobody knows.
// EXPECT: no derivative rule and no body for the active call of `mystery`
// EXPECT: `f`
#include "bad.h"
double __enzyme_autodiff(void *, ...);

double mystery(double);
static double f(double x) {
  return mystery(x) * x; // HERE
}

double df(double x) { return __enzyme_autodiff((void *)f, x); }
