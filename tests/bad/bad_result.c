// A derivative of type double is declared to come back as an int.
// EXPECT: cannot return
// EXPECT: of __enzyme_fwddiff
#include "bad.h"

int __enzyme_fwddiff_int(void *, ...);

static double f(double x) { return x * x; }

int df(double x) {
  return __enzyme_fwddiff_int((void *)f, x, 1.0); // HERE
}
