// Minimum, maximum, difference, absolute value, sign: at points where they are smooth.
#define _GNU_SOURCE
#include "table.h"

#define FUNCTIONS(APPLY)                                                                                              \
  APPLY(fmin, fmin(x * x, 1.5), x *x < 1.5 ? 2 * x : 0.0, 0.7, -2.3, 5.25)                                            \
  APPLY(fmax, fmax(1.5, x * x), x *x > 1.5 ? 2 * x : 0.0, 0.7, -2.3, 5.25)                                            \
  APPLY(fmin_both, fmin(3 * x, x + 1), 3 * x < x + 1 ? 3.0 : 1.0, 0.7, -2.3, 0.2)                                     \
  APPLY(fdim_first, fdim(x, 1.5), x > 1.5 ? 1.0 : 0.0, 0.7, -2.3, 5.25)                                               \
  APPLY(fdim_second, fdim(1.5, x), x > 1.5 ? 0.0 : -1.0, 0.7, -2.3, 5.25)                                             \
  APPLY(fabs, fabs(x), x > 0 ? 1.0 : -1.0, 0.7, -2.3, 5.25)                                                           \
  APPLY(copysign_positive, copysign(x, 1.0), x > 0 ? 1.0 : -1.0, 0.7, -2.3, 5.25)                                     \
  APPLY(copysign_negative, copysign(x, -1.0), x > 0 ? -1.0 : 1.0, 0.7, -2.3, 5.25)                                    \
  APPLY(copysign_sign, x *copysign(2.0, x), x > 0 ? 2.0 : -2.0, 0.7, -2.3, 5.25)                                      \
  APPLY(signbit, signbit(x) ? 2 * x : x, x > 0 ? 1.0 : 2.0, 0.7, -2.3, 5.25)                                          \
  APPLY(fma, fma(x, x + 1, 3 * x), 2 * x + 4, 0.7, -2.3, 5.25)                                                        \
  APPLY(fma_constant, fma(2.0, x, 0.5), 2.0, 0.7, -2.3, 5.25)                                                         \
  APPLY(isnan, isnan(x) || isinf(x) || !isfinite(x) ? 0.0 : x, 1.0, 0.7, -2.3, 5.25)

FUNCTIONS(DEFINE)

int main(void) {
  FUNCTIONS(RUN)
  return check_report();
}
