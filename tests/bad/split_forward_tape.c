// A tangent apart from the primal that needs the tape.
// EXPECT: __enzyme_fwdsplit misses the tape of `f`: pass what __enzyme_augmentfwd returned as the last argument
#include "split.h"
double __enzyme_fwdsplit(void *, ...);

static double f(double *x) { return *x * *x; }

double df(double *x, double *dx) {
  return __enzyme_fwdsplit((void *)f, enzyme_dup, x, dx); // HERE
}
