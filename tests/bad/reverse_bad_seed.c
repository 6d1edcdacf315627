// A result that is not made of floats has no seed of one.
// EXPECT: there is no seed of one for it
#include "bad.h"
extern int enzyme_active_return;
double __enzyme_autodiff(void *, ...);

struct mixed {
  double x;
  long n;
};
static struct mixed f(double x) {
  struct mixed r = {x * x, 3};
  return r;
}

double df(double x) {
  return __enzyme_autodiff((void *)f, enzyme_active_return, x); // HERE
}
