// All errors are reported, not only the first.
// EXPECT: mystery
// EXPECT: enigma
// EXPECT: too few arguments
// EXPECT: unknown marker `enzyme_duplicated`
#include "bad.h"

extern int enzyme_duplicated;
double mystery(double x);
double enigma(double x);

static double f(double x) {
  double y = mystery(x); // HERE
  return y * enigma(x * y);
}

static double g(double x, double y) { return x * y; }

double df(double x) { return __enzyme_fwddiff((void *)f, x, 1.0); }
double dg(double x) { return __enzyme_fwddiff((void *)g, x, 1.0); }
double dh(double x) { return __enzyme_fwddiff((void *)g, enzyme_duplicated, x, 1.0, x, 1.0); }
