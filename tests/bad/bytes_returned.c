// Floats that are copied byte by byte, by a function that returns each byte: as arithmetic of characters, which C promotes.
// EXPECT: cannot deduce the type of the bytes that are copied one by one
// EXPECT: `get`
#include "bad.h"

__attribute__((noinline, optnone)) static int get(const unsigned char *from, unsigned long i) {
  return from[i]; // HERE
}

// Optimization would make a memcpy of it.
__attribute__((noinline, optnone)) static void copy(unsigned char *to, const unsigned char *from, unsigned long n) {
  for (unsigned long i = 0; i < n; i++)
    to[i] = get(from, i);
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
