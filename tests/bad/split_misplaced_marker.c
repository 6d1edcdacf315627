// Only the reverse part can leave the tape as it is.
// EXPECT: the marker `enzyme_nofree` has no meaning in __enzyme_autodiff
#include "split.h"

static double f(double x) { return x * x; }

double df(double x) {
  return __enzyme_autodiff((void *)f, enzyme_nofree, x); // HERE
}
