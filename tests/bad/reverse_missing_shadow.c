// A gradient with respect to memory needs memory to go to.
// EXPECT: misses the shadow of argument 0 of `f`
#include "bad.h"
void __enzyme_autodiff(void *, ...);

static double f(const double *x) { return x[0] * x[1]; }

void df(const double *x) {
  __enzyme_autodiff((void *)f, enzyme_dup, x); // HERE
}
