// In reverse mode: doubles that rest in an array of integers and are copied one by one as what it is declared to hold.
// EXPECT: contradictory types of one value
// EXPECT: Float@double
#include "bad.h"
double __enzyme_autodiff(void *, ...);
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
  return __enzyme_autodiff((void *)f, enzyme_dup, x, dx, n, enzyme_dup, y, dy);
}
