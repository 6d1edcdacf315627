// A variable that holds one function or another.
// EXPECT: failed to find the function to differentiate
#include "bad.h"

static double f(double x) { return x * x; }
static double g(double x) { return x * x * x; }

double df(double x, int n) {
  double (*volatile target)(double) = f;
  if (n)
    target = g;
  return __enzyme_fwddiff((void *)target, x, 1.0); // HERE
}
