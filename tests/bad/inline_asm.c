// Inline assembly on an active value.
// EXPECT: asm
// EXPECT: `f`
#include "bad.h"

static double f(double x) {
  double y = x;
  __asm__ volatile("addsd %1, %0" : "+x"(y) : "x"(x)); // HERE
  return y * x;
}

double df(double x) { return __enzyme_fwddiff((void *)f, x, 1.0); }
