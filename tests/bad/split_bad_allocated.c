// The size of the tape is known only when the program runs.
// EXPECT: enzyme_allocated takes the size of the tape in bytes as a constant
#include "split.h"

static double f(const double *x) { return x[0] * x[0]; }

void df(const double *x, double *dx, void *tape, int size) {
  __enzyme_augmentfwd((void *)f, enzyme_allocated, size, enzyme_tape, tape, enzyme_dup, x, dx); // HERE
}
