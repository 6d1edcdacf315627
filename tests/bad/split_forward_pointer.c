// A tangent apart from the primal, through a function pointer.
// EXPECT: an active call through a pointer cannot be in a tangent that is computed apart from the primal
// EXPECT: use __enzyme_fwddiff, which computes both at once
#include "split.h"
double __enzyme_fwdsplit(void *, ...);

static double square(double x) { return x * x; }
static double (*table[2])(double) = {square, square};
void choose(double (**functions)(double));

static double f(double x, int which) { return table[which & 1](x); } // HERE

double df(double x, int which, void *tape) {
  choose(table);
  return __enzyme_fwdsplit((void *)f, x, 1.0, which, tape);
}
