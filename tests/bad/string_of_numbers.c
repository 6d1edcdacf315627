// Floats that are copied by a function for strings: its case of one byte makes characters of what it copies.
// EXPECT: cannot deduce the type of the bytes that are copied one by one
// EXPECT: `f`
#include "bad.h"
#include <string.h>

__attribute__((noinline, optnone)) static void copy(char *to, const char *from, unsigned long n) {
  if (n == 1)
    *to = *from;
  else if (n)
    memcpy(to, from, n);
}

static double f(double x, int n) {
  char buffer[sizeof x];
  double y;
  for (unsigned long i = 0; i < sizeof x; i += n)
    copy(buffer + i, (const char *)&x + i, n); // HERE
  memcpy(&y, buffer, sizeof y);
  return y * y;
}

double df(double x, int n) { return __enzyme_fwddiff((void *)f, x, 1.0, n); }
