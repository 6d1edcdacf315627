// Something active goes through memory that is declared inactive, in another function, and its value matters there only.
// EXPECT: an active value is stored to memory that is declared inactive
// EXPECT: `f`
#include "bad.h"

__attribute__((noinline)) static void keep(double *work, double x) { work[1] = x * x; }

static double f(double x, double *work) {
  keep(work, x); // HERE
  return work[1];
}

double df(double x, double *work) { return __enzyme_fwddiff((void *)f, x, 1.0, enzyme_const, work); }
