// More would have to be stored than the option allows: 4,000 numbers that are overwritten, 8 bytes each.
// OPTIONS: tape-limit=10000
// EXPECT: the tape is limited to 10000 bytes
// EXPECT: (32000 bytes, estimated) goes beyond it: the memory that it is loaded from may be overwritten
// EXPECT: load double
// EXPECT: raise the limit of the tape
#include "bad.h"
double __enzyme_autodiff(void *, ...);

static void f(double *x) {
  for (int i = 0; i < 4000; i++)
    x[i] = x[i] * x[i] * x[i]; // HERE
}

void df(double *x, double *dx) { __enzyme_autodiff((void *)f, enzyme_dup, x, dx); }
