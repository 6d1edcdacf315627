// Less memory than the tape needs.
// EXPECT: insufficient tape allocation size for `f`: need 48 bytes, have 8 bytes
// EXPECT: ask __enzyme_augmentsize
#include "split.h"

static double f(const double *x) { return x[0] * x[0]; }

void df(const double *x, double *dx, void *tape) {
  __enzyme_augmentfwd((void *)f, enzyme_allocated, 8, enzyme_tape, tape, enzyme_dup, x, dx); // HERE
}
