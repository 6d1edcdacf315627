// sin, cos, tan, their inverses, the hyperbolic ones, and sincos.
#define _GNU_SOURCE
#include "table.h"

#define FUNCTIONS(APPLY)                                                                                              \
  APPLY(sin, sin(x), cos(x), 0.4, -2.5, 7.0)                                                                          \
  APPLY(cos, cos(x), -sin(x), 0.4, -2.5, 7.0)                                                                         \
  APPLY(tan, tan(x), 1 / (cos(x) * cos(x)), 0.4, -1.2, 7.0)                                                           \
  APPLY(asin, asin(x), 1 / sqrt(1 - x * x), 0.0, -0.7, 0.9)                                                           \
  APPLY(acos, acos(x), -1 / sqrt(1 - x * x), 0.0, -0.7, 0.9)                                                          \
  APPLY(atan, atan(x), 1 / (1 + x * x), 0.0, -0.7, 9.0)                                                               \
  APPLY(atan2_numerator, atan2(x, -1.5), -1.5 / (x * x + 2.25), 0.5, -0.7, 9.0)                                       \
  APPLY(atan2_denominator, atan2(-1.5, x), 1.5 / (x * x + 2.25), 0.5, -0.7, 9.0)                                      \
  APPLY(sinh, sinh(x), cosh(x), 0.0, -1.3, 2.5)                                                                       \
  APPLY(cosh, cosh(x), sinh(x), 0.0, -1.3, 2.5)                                                                       \
  APPLY(tanh, tanh(x), 1 / (cosh(x) * cosh(x)), 0.0, -1.3, 2.5)                                                       \
  APPLY(asinh, asinh(x), 1 / sqrt(x * x + 1), 0.0, -1.3, 2.5)                                                         \
  APPLY(acosh, acosh(x), 1 / sqrt(x * x - 1), 1.3, 2.0, 9.0)                                                          \
  APPLY(atanh, atanh(x), 1 / (1 - x * x), 0.0, -0.3, 0.8)

FUNCTIONS(DEFINE)

static double both(double x) {
  double s, c;
  sincos(x, &s, &c);
  return s * c + 2.0 * s;
}

static double product(double x) { return sin(x) * cos(x) + tan(sinh(atan(x))) + acos(0.1 * x); }

int main(void) {
  FUNCTIONS(RUN)
  CHECK_SCALAR(both, 0.8, cos(1.6) + 2 * cos(0.8), EXACT);
  CHECK_SCALAR_FD(product, 0.5);
  return check_report();
}
