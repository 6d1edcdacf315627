// The logarithm's Taylor series -log(1 - x) = x + x^2 / 2 + x^3 / 3 + ..., cut off after n terms. Unknown: x.
#include "kernel.h"
#include "scalar.h"

static real taylor_log(int n, real x) {
  real power = 1.0, sum = 0.0;
  for (int i = 1; i <= n; i++) {
    power *= x;
    sum += power / (double)i;
  }
  return sum;
}

ENTRY_LINKAGE void ENTRY(const struct kernel *given, const real *RESTRICT x, real *RESTRICT y) { y[0] = taylor_log(given->n, x[0]); }
