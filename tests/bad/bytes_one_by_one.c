// Floats that are copied byte by byte: each byte looks like a number, so the derivative would be lost.
// EXPECT: cannot deduce the type of the bytes that are copied one by one
// EXPECT: `copy`
#include "bad.h"

// Optimization would make a memcpy of it.
__attribute__((noinline, optnone)) static void copy(unsigned char *to, const unsigned char *from, unsigned long n) {
  while (n--)
    *to++ = *from++; // HERE
}

__attribute__((noinline)) static double f(const double *x, int n) {
  double y[8], s = 0;
  copy((unsigned char *)y, (const unsigned char *)x, n * sizeof *x);
  for (int i = 0; i < n; i++)
    s += y[i] * y[i];
  return s;
}

double df(const double *x, const double *dx, int n) {
  return __enzyme_fwddiff((void *)f, enzyme_dup, x, dx, enzyme_const, n);
}
