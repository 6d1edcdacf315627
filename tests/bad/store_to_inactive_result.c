// Something active is stored to memory that an inactive function returned, and read back.
// EXPECT: an active value is stored to memory that is declared inactive
// EXPECT: `f`
#include "bad.h"

__attribute__((annotate("enzyme_inactive"))) double *storage(void);

static double f(double x) {
  double *p = storage();
  *p = x * x; // HERE
  return *p;
}

double df(double x) { return __enzyme_fwddiff((void *)f, x, 1.0); }
