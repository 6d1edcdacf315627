// The value is asked of the reverse part, which does not have it.
// EXPECT: enzyme_primal_return has no meaning in __enzyme_reverse
#include "split.h"

static double f(double x) { return x * x; }

double df(double x, void *tape) {
  return __enzyme_reverse((void *)f, enzyme_primal_return, x, 1.0, tape); // HERE
}
