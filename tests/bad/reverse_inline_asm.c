// A gradient through assembly.
// EXPECT: inline assembly on an active value
// EXPECT: `f`
#include "bad.h"
double __enzyme_autodiff(void *, ...);

static double f(double x) {
  double y;
  __asm__("sqrtsd %1, %0" : "=x"(y) : "x"(x)); // HERE
  return y * x;
}

double df(double x) { return __enzyme_autodiff((void *)f, x); }
