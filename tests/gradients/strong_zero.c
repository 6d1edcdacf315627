// enzyme_strong_zero in single requests: a zero derivative times an infinite partial is zero there, and NaN in other requests of the module.
#include "check.h"

extern int enzyme_strong_zero, enzyme_out;
double __enzyme_autodiff(void *, ...);

__attribute__((noinline)) static double square(double x) { return x * x; }
static double f(double x) { return square(pow(x, 0.3)) * square(pow(x, 0.2)); }

int main(void) {
  double plain = __enzyme_autodiff((void *)f, 0.0);
  CHECK_CLOSE("IEEE arithmetic", isnan(plain), 1, EXACT);
  CHECK_CLOSE("strong zero", __enzyme_autodiff((void *)f, enzyme_strong_zero, 0.0), 0, EXACT);
  CHECK_CLOSE("elsewhere the same", __enzyme_autodiff((void *)f, enzyme_strong_zero, 0.5), 1, EXACT);
  CHECK_CLOSE("forward", __enzyme_fwddiff((void *)f, enzyme_strong_zero, enzyme_dup, 0.5, 2.0), 2, EXACT);
  // A zero tangent at the pole.
  CHECK_CLOSE("forward, strong zero", __enzyme_fwddiff((void *)f, enzyme_strong_zero, enzyme_dup, 0.0, 0.0), 0, EXACT);
  return check_report();
}
