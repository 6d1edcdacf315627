// The function to differentiate is only declared here.
// EXPECT: cannot differentiate `elsewhere`
// EXPECT: no body in this module
// EXPECT: -flto
#include "bad.h"

double elsewhere(double a);

double df(double x) {
  return __enzyme_fwddiff((void *)elsewhere, x, 1.0); // HERE
}
