// The function to differentiate is a parameter.
// EXPECT: failed to find the function to differentiate
// EXPECT: pass the function itself
#include "bad.h"

double df(double (*f)(double), double x) {
  return __enzyme_fwddiff((void *)f, x, 1.0); // HERE
}
