// A function that is called stores something active in memory that is declared inactive, and reads it itself.
// EXPECT: an active value is stored to memory that is declared inactive
// EXPECT: `add`
// EXPECT: enzyme_dup
#include "bad.h"
extern int enzyme_out;
double __enzyme_autodiff(void *, ...);

__attribute__((noinline)) static double add(double *sum, double x) {
  *sum += x * x; // HERE
  return *sum;
}

static double f(double x, double *sum) { return add(sum, x) * x; }

double df(double x, double *sum) { return __enzyme_autodiff((void *)f, enzyme_out, x, enzyme_const, sum); }
