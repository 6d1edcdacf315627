// Doubles that rest in an array of integers, copied one by one as what the array is declared to hold: strict aliasing says integer, and
// the numbers would lose their derivatives.
// EXPECT: contradictory types of one value
// EXPECT: Float@double
// EXPECT: the first is known from:
// EXPECT: TBAA names the type of the access
// EXPECT: -enzyme-strict-aliasing=0
#include "bad.h"
#include <string.h>

static void f(const double *restrict x, int n, double *restrict y) {
  long bits[8];
  memcpy(bits, x, (size_t)n * sizeof *x);
  long last = bits[n - 1];
  for (int i = n - 1; i > 0; i--)
    bits[i] = bits[i - 1];
  bits[0] = last;
  memcpy(y, bits, (size_t)n * sizeof *y);
  for (int i = 0; i < n; i++)
    y[i] *= 2.0; // HERE
}

double df(const double *x, const double *dx, int n, double *y, double *dy) {
  return __enzyme_fwddiff((void *)f, enzyme_dup, x, dx, n, enzyme_dup, y, dy);
}
