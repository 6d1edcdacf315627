// Memory that is read as a double and, in the same place, as a number to calculate with.
// EXPECT: contradictory types of one value
// EXPECT: Float@double
// EXPECT: the first is known from:
// EXPECT: the second from:
// EXPECT: contradictory_types.c:16
// EXPECT: contradictory_types.c:15
#include "bad.h"

typedef double __attribute__((may_alias)) number;
typedef long __attribute__((may_alias)) word;

static double f(void *p) {
  double x = *(number *)p;
  word n = *(word *)p * 3; // HERE
  return x * (double)n;
}

double df(void *p, void *dp) { return __enzyme_fwddiff((void *)f, enzyme_dup, p, dp); }
