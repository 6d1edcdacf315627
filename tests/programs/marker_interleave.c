// enzyme_interleave: all shadows follow the primal arguments.
#include "check.h"

extern int enzyme_interleave;

static double f(double a, double b, int n) { return n * a * b * b; }

int main(void) {
  CHECK_CLOSE("f", DERIVATIVE(__enzyme_fwddiff((void *)f, enzyme_dup, 2.0, enzyme_dup, 3.0, enzyme_const, 4, enzyme_interleave, 0.5, -1.0),
                              4 * (0.5 * 9.0 - 2.0 * 6.0)),
              4 * (0.5 * 9.0 - 2.0 * 6.0), EXACT);
  CHECK_CLOSE("value", f(2.0, 3.0, 4), 72.0, EXACT);
  return check_report();
}
