// Activity that is known only at run time, in reverse mode.
// EXPECT: the marker `enzyme_runtime_activity` in reverse mode
#include "bad.h"
extern int enzyme_runtime_activity;
double __enzyme_autodiff(void *, ...);

static double f(double *x) { return x[0] * x[0]; }

double df(double *x, double *dx) {
  return __enzyme_autodiff((void *)f, enzyme_runtime_activity, enzyme_dup, x, dx); // HERE
}
