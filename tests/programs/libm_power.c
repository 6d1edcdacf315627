// Powers and roots, by base and by exponent.
#include "table.h"

#define FUNCTIONS(APPLY)                                                                                              \
  APPLY(sqrt, sqrt(x), 0.5 / sqrt(x), 0.25, 1.0, 30.0)                                                                \
  APPLY(cbrt, cbrt(x), cbrt(x) / (3 * x), -0.25, 1.0, 30.0)                                                           \
  APPLY(hypot, hypot(x, 1.5), x / hypot(x, 1.5), -0.25, 0.0, 3.0)                                                     \
  APPLY(hypot_both, hypot(x, 2 * x), sqrt(5.0), 0.25, 1.0, 3.0)                                                       \
  APPLY(pow_base, pow(x, 2.5), 2.5 * pow(x, 1.5), 0.25, 1.0, 3.0)                                                     \
  APPLY(pow_exponent, pow(2.5, x), log(2.5) * pow(2.5, x), -0.25, 0.0, 3.0)                                           \
  APPLY(pow_both, pow(x, x), pow(x, x) * (log(x) + 1), 0.25, 1.0, 3.0)                                                \
  APPLY(pow_negative, pow(x, 3.0), 3 * x * x, -0.75, -1.0, -3.0)                                                      \
  APPLY(pow_minus_two, pow(x, -2.0), -2 / (x * x * x), -0.75, 1.0, 3.0)                                               \
  APPLY(pow_half, pow(x, 0.5), 0.5 / sqrt(x), 0.75, 1.0, 3.0)                                                         \
  APPLY(powi, __builtin_powi(x, 5), 5 * x * x * x * x, -0.75, 1.0, 3.0)

FUNCTIONS(DEFINE)

int main(void) {
  FUNCTIONS(RUN)
  return check_report();
}
