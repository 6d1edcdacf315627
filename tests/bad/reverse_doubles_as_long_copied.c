// Doubles that are copied as integers in a loop, which becomes memcpy.
// EXPECT: cannot deduce the type of integers that are copied from active to active memory
#include "bad.h"
#include <stdint.h>
void __enzyme_autodiff(void *, ...);

static void f(const int64_t *restrict from, int64_t *restrict to, int n) {
  for (int i = 0; i < n; i++)
    to[i] = from[i]; // HERE
}

void df(double *x, double *dx, double *y, double *dy, int n) {
  __enzyme_autodiff((void *)f, enzyme_dup, x, dx, enzyme_dup, y, dy, enzyme_const, n);
}
