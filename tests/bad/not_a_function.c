// The operand in the function's place is data.
// EXPECT: failed to find the function to differentiate
// EXPECT: __enzyme_fwddiff
#include "bad.h"

double values[2];

double df(double x) {
  return __enzyme_fwddiff((void *)values, x, 1.0); // HERE
}
