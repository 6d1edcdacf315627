// Rounding has derivative zero away from its steps; the operations that take a remainder have not.
#define _GNU_SOURCE
#include "table.h"

#define FUNCTIONS(APPLY)                                                                                              \
  APPLY(floor, x *floor(x), floor(x), 0.7, -2.3, 5.25)                                                                \
  APPLY(ceil, x *ceil(x), ceil(x), 0.7, -2.3, 5.25)                                                                   \
  APPLY(trunc, x *trunc(x), trunc(x), 0.7, -2.3, 5.25)                                                                \
  APPLY(round, x *round(x), round(x), 0.7, -2.3, 5.25)                                                                \
  APPLY(rint, x *rint(x), rint(x), 0.7, -2.3, 5.25)                                                                   \
  APPLY(nearbyint, x *nearbyint(x), nearbyint(x), 0.7, -2.3, 5.25)                                                    \
  APPLY(roundeven, x *__builtin_roundeven(x), rint(x), 0.7, -2.3, 5.25)                                               \
  APPLY(lround, x *(double)lround(x), round(x), 0.7, -2.3, 5.25)                                                      \
  APPLY(llround, x *(double)llround(x), round(x), 0.7, -2.3, 5.25)                                                    \
  APPLY(lrint, x *(double)lrint(x), rint(x), 0.7, -2.3, 5.25)                                                         \
  APPLY(llrint, x *(double)llrint(x), rint(x), 0.7, -2.3, 5.25)                                                       \
  APPLY(fmod_dividend, fmod(x, 1.5), 1.0, 0.7, -2.3, 5.25)                                                            \
  APPLY(fmod_divisor, fmod(-7.3, x), trunc(7.3 / x), 0.7, -2.3, 5.25)                                                 \
  APPLY(remainder_dividend, remainder(x, 1.5), 1.0, 0.7, -2.3, 5.5)                                                   \
  APPLY(remainder_divisor, remainder(7.3, x), -rint(7.3 / x), 0.7, -2.3, 5.25)                                        \
  APPLY(fraction, x - floor(x), 1.0, 0.7, -2.3, 5.25)                                                                 \
  APPLY(nextafter, nextafter(x, 10.0), 1.0, 0.7, -2.3, 5.25)

FUNCTIONS(DEFINE)

static double remainder_and_quotient(double x) {
  int quotient;
  double r = remquo(x, 0.8, &quotient);
  return r * r * (quotient & 7);
}

int main(void) {
  FUNCTIONS(RUN)
  // 3.0 = 4 * 0.8 - 0.2
  CHECK_SCALAR(remainder_and_quotient, 3.0, 2 * (3.0 - 3.2) * 4, EXACT);
  return check_report();
}
