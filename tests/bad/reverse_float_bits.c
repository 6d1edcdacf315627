// In reverse mode: arithmetic on the bits of an active number.
// EXPECT: integer operation `mul`
#include "bad.h"
double __enzyme_autodiff(void *, ...);
#include <string.h>

static double f(double x) {
  unsigned long bits;
  memcpy(&bits, &x, sizeof bits);
  bits *= 3; // HERE
  double y;
  memcpy(&y, &bits, sizeof y);
  return y;
}

double df(double x) { return __enzyme_autodiff((void *)f, x); }
