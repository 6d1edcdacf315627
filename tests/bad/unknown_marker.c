// A marker that does not exist; the message lists those that do.
// EXPECT: unknown marker `enzyme_duplicated`
// EXPECT: enzyme_dupnoneed
#include "bad.h"

extern int enzyme_duplicated;

static double f(double a) { return a * a; }

double df(double x) {
  return __enzyme_fwddiff((void *)f, enzyme_duplicated, x, 1.0); // HERE
}
