// Exponentials and logarithms.
#define _GNU_SOURCE
#include "table.h"

#define FUNCTIONS(APPLY)                                                                                              \
  APPLY(exp, exp(x), exp(x), 0.0, -2.0, 3.0)                                                                          \
  APPLY(exp2, exp2(x), M_LN2 * exp2(x), 0.0, -2.0, 3.0)                                                               \
  APPLY(exp10, exp10(x), M_LN10 * exp10(x), 0.0, -2.0, 1.5)                                                           \
  APPLY(expm1, expm1(x), exp(x), 0.0, -2.0, 3.0)                                                                      \
  APPLY(log, log(x), 1 / x, 0.5, 1.0, 30.0)                                                                           \
  APPLY(log2, log2(x), 1 / (M_LN2 * x), 0.5, 1.0, 30.0)                                                               \
  APPLY(log10, log10(x), 1 / (M_LN10 * x), 0.5, 1.0, 30.0)                                                            \
  APPLY(log1p, log1p(x), 1 / (1 + x), -0.5, 0.0, 30.0)                                                                \
  APPLY(logb, x + logb(x), 1.0, 0.7, 3.0, 30.0)                                                                       \
  APPLY(ilogb, x * ilogb(x), ilogb(x), 0.7, 3.0, 30.0)

FUNCTIONS(DEFINE)

int main(void) {
  FUNCTIONS(RUN)
  return check_report();
}
