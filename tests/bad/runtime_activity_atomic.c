// An atomic access to memory that may be inactive at run time.
// EXPECT: enzyme_runtime_activity does not work for an atomic or volatile access to active memory
// EXPECT: without enzyme_runtime_activity
#include "bad.h"
extern int enzyme_runtime_activity;

static double f(double *x) {
  double old;
  __atomic_load((long *)&x[1], (long *)&old, __ATOMIC_RELAXED); // HERE
  return x[0] * old;
}

double df(double *x, double *dx) {
  return __enzyme_fwddiff((void *)f, enzyme_runtime_activity, enzyme_dup, x, dx);
}
