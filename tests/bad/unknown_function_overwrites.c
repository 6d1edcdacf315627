// A function without a body that gets nothing active, reads nothing, and may overwrite a variable that holds something active.
// EXPECT: `reset`
// EXPECT: `f`
#include "bad.h"

double state;
void reset(int level) __attribute__((nothrow));

static double f(double x) {
  state = x * x;
  reset(3); // HERE
  return state * x;
}

double df(double x) { return __enzyme_fwddiff((void *)f, x, 1.0); }
