// An address where the function takes a number.
// EXPECT: cannot batch `f`: argument 0 does not have the type double
#include "split.h"
extern int enzyme_scalar;
void __enzyme_batch(void *, ...);

static double f(double x) { return x * x; }

void df(double *x) {
  __enzyme_batch((void *)f, enzyme_width, 2, enzyme_scalar, x); // HERE
}
