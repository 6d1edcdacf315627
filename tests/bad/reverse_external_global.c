// A variable of another module that holds something active.
// EXPECT: the active global variable `elsewhere` is defined elsewhere and has no shadow
#include "split.h"
extern double elsewhere;

static double f(double x) {
  elsewhere = x; // HERE
  return elsewhere * x;
}

double df(double x) { return __enzyme_autodiff((void *)f, x); }
