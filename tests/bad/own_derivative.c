// A function whose value is its own derivative: there is no order in which to make them.
// EXPECT: `f` asks for its own derivative
#include "bad.h"

double f(double x) {
  return x > 0 ? x : __enzyme_fwddiff((void *)f, x, 1.0); // HERE
}
