// Points where the derivative does not exist, with the one that docs/add-a-rule.md and the rule table document.
#include "table.h"

#define FUNCTIONS(APPLY)                                                                                              \
  APPLY(sqrt_zero, sqrt(x), 0.0)                                                                                      \
  APPLY(fabs_zero, fabs(x), 1.0)                                                                                      \
  APPLY(fmin_tie_second, fmin(2.0 * x, 3.0 * x), 3.0)                                                                 \
  APPLY(fmax_tie_first, fmax(2.0 * x, 3.0 * x), 2.0)                                                                  \
  APPLY(fdim_tie, fdim(2.0 * x, 3.0 * x), -1.0)                                                                       \
  APPLY(power_zero, __builtin_powi(x, 0) + __builtin_powi(x, 1), 1.0)                                                 \
  APPLY(floor_step, floor(x) + x, 1.0)                                                                                \
  APPLY(round_half, round(x + 0.5), 0.0)                                                                              \
  APPLY(comparison, x > 0.0 ? 5.0 * x : 7.0 * x, 7.0)                                                                 \
  APPLY(hypot_axis, hypot(x, 2.0), 0.0)                                                                               \
  APPLY(pow_zero_square, pow(x, 2.0), 0.0)

#define DEFINE_ONE(name, call, derivative)                                                                            \
  static double f_##name(double x) { return call; }

FUNCTIONS(DEFINE_ONE)

int main(void) {
#ifndef SELFTEST
#define RUN_ONE(name, call, derivative) CHECK_SCALAR(f_##name, 0.0, derivative, EXACT);
#else // There is no difference quotient at a kink: only that the function is finite there.
#define RUN_ONE(name, call, derivative) CHECK_CLOSE(#name, isfinite(f_##name(0.0)), 1.0, 0);
#endif
  FUNCTIONS(RUN_ONE)
  return check_report();
}
