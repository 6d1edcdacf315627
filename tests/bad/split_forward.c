// A tape is for adjoints or for tangents.
// EXPECT: the tape of `f` cannot be both: __enzyme_reverse and __enzyme_fwdsplit are asked for; ask for one of them for another function
#include "split.h"
double __enzyme_fwdsplit(void *, ...);

static double f(double x) { return x * x; }

double df(double x) {
  void *tape = __enzyme_augmentfwd((void *)f, enzyme_noret, x);
  return __enzyme_reverse((void *)f, enzyme_nofree, x, 1.0, tape) +
         __enzyme_fwdsplit((void *)f, x, 1.0, tape); // HERE
}
