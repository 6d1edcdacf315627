// enzyme_dup on scalars and pointers, mixed with enzyme_const, in user-written declarations.
#include "check.h"

double __enzyme_fwddiff_f(double (*)(double, const double *, double), ...);

static double f(double a, const double *p, double b) { return a * p[0] + b * b * p[1]; }

int main(void) {
  double p[] = {2.0, 3.0}, dp[] = {0.5, -0.25};
  CHECK_CLOSE("all", DERIVATIVE(__enzyme_fwddiff_f(f, enzyme_dup, 1.5, 1.0, enzyme_dup, p, dp, enzyme_dup, 0.5, 2.0), 8.6875),
              1.0 * 2.0 + 1.5 * 0.5 + 2 * 0.5 * 2.0 * 3.0 + 0.25 * -0.25, EXACT);
  CHECK_CLOSE("a", DERIVATIVE(__enzyme_fwddiff_f(f, enzyme_dup, 1.5, 1.0, enzyme_const, p, enzyme_const, 0.5), 2.0), 2.0, EXACT);
  CHECK_CLOSE("p", DERIVATIVE(__enzyme_fwddiff_f(f, enzyme_const, 1.5, enzyme_dup, p, dp, enzyme_const, 0.5), 0.6875),
              1.5 * 0.5 - 0.25 * 0.25, EXACT);
  CHECK_CLOSE("b", DERIVATIVE(__enzyme_fwddiff_f(f, enzyme_const, 1.5, enzyme_const, p, enzyme_dup, 0.5, 2.0), 6.0), 6.0, EXACT);
  return check_report();
}
