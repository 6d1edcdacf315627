// Arithmetic on the bits of an active number.
// EXPECT: integer operation `mul` on the bits of an active floating-point number
#include "bad.h"
#include <string.h>

static double f(double x) {
  unsigned long bits;
  memcpy(&bits, &x, sizeof bits);
  bits *= 3; // HERE
  double y;
  memcpy(&y, &bits, sizeof y);
  return y;
}

double df(double x) { return __enzyme_fwddiff((void *)f, x, 1.0); }
