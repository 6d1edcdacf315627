// Numbers that are only ever copied, as integers: that they are floats is nowhere said, and strict aliasing says that they are not. Their
// derivatives would be lost.
// EXPECT: cannot deduce the type of integers that are copied from active to active memory
// EXPECT: __enzyme_double(pointer, bytes)
// EXPECT: doubles_as_long.c:12
#include "bad.h"
#include <stdint.h>

__attribute__((noinline)) static int64_t get(const int64_t *from, int i) { return from[i]; }

static void f(const int64_t *from, int64_t *to, int which) {
  to[1] = which ? get(from, 0) : get(from, 3); // HERE
}

void df(double *x, double *dx, double *y, double *dy, int which) {
  __enzyme_fwddiff((void *)f, enzyme_dup, x, dx, enzyme_dup, y, dy, enzyme_const, which);
}
