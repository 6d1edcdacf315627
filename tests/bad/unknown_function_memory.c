// The unknown function takes and returns nothing that is a float, but may change active memory.
// EXPECT: scramble
// EXPECT: `f`
#include "bad.h"

void scramble(double *data, int n);

static double f(const double *x, int n) {
  double local[4];
  for (int i = 0; i < 4; i++)
    local[i] = x[i] * x[i];
  scramble(local, n); // HERE
  return local[0] + local[3];
}

double df(const double *x, const double *dx) { return __enzyme_fwddiff((void *)f, x, dx, 4); }
