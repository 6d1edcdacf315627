// Third derivatives: three requests nested in each other.
#include "check.h"

static double f(double x) { return exp(x) * x * x + 1.0 / x; }
static double d1(double x) { return DERIVATIVE(__enzyme_fwddiff((void *)f, x, 1.0), exp(x) * (x * x + 2 * x) - 1.0 / (x * x)); }
static double d2(double x) { return DERIVATIVE(__enzyme_fwddiff((void *)d1, x, 1.0), check_scalar_difference(d1, x)); }
static double d3(double x) { return DERIVATIVE(__enzyme_fwddiff((void *)d2, x, 1.0), check_scalar_difference(d2, x)); }

int main(void) {
  double x = 1.5;
  CHECK_CLOSE("first", d1(x), exp(x) * (x * x + 2 * x) - 1.0 / (x * x), EXACT);
  CHECK_CLOSE("second", d2(x), exp(x) * (x * x + 4 * x + 2) + 2.0 / (x * x * x), EXACT);
  CHECK_CLOSE("third", d3(x), exp(x) * (x * x + 6 * x + 6) - 6.0 / (x * x * x * x), EXACT);
  return check_report();
}
