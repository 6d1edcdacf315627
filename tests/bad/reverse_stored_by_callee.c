// Something active is stored by a function that is called, in memory that is declared inactive, and its caller reads it.
// EXPECT: an active value is stored to memory that is declared inactive
// EXPECT: `f`
// EXPECT: enzyme_dup
#include "bad.h"
extern int enzyme_out;
double __enzyme_autodiff(void *, ...);

__attribute__((noinline)) static void put(double *place, double x) { *place = x; }

static double f(double x, double *scratch) {
  put(scratch, x); // HERE
  return *scratch * x;
}

double df(double x, double *scratch) { return __enzyme_autodiff((void *)f, enzyme_out, x, enzyme_const, scratch); }
