// In reverse mode: a number behind more pointers than type analysis follows: what is there is not known, and no derivative is made up.
// EXPECT: integer operation `xor`
#include "bad.h"
double __enzyme_autodiff(void *, ...);

typedef long __attribute__((may_alias)) word;

static double f(double ********p, word mask) {
  double x = *******p[0];
  word bits = *(word *)******p[1] ^ mask; // HERE
  *(word *)******p[2] = bits;
  return x;
}

double df(double ********p, double ********dp, word m) {
  return __enzyme_autodiff((void *)f, enzyme_dup, p, dp, enzyme_const, m);
}
