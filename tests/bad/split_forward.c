// A tangent from a tape.
// EXPECT: `__enzyme_fwdsplit` is not supported
#include "split.h"
double __enzyme_fwdsplit(void *, ...);

static double f(double x) { return x * x; }

double df(double x, void *tape) {
  return __enzyme_fwdsplit((void *)f, x, 1.0, tape); // HERE
}
