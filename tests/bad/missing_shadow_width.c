// With width 3 an active argument has three shadows.
// EXPECT: misses the shadow of argument 0 of `f`
// EXPECT: direction 2 of 3
#include "bad.h"

struct three {
  double d[3];
};
struct three __enzyme_fwddiff_three(void *, ...);

static double f(double a) { return a * a; }

struct three df(double x) {
  return __enzyme_fwddiff_three((void *)f, enzyme_width, 3, enzyme_dup, x, 1.0, 2.0); // HERE
}
