// Error function, gamma functions, Bessel functions.
#define _GNU_SOURCE
#include "table.h"

// Digamma by recurrence and asymptotic series, and by reflection for negative arguments.
static double digamma(double x) {
  double r = 0;
  if (x < 0)
    return digamma(1 - x) - M_PI / tan(M_PI * x);
  for (; x < 12; x += 1)
    r -= 1 / x;
  double i = 1 / (x * x);
  return r + log(x) - 0.5 / x - i * (1.0 / 12 - i * (1.0 / 120 - i * (1.0 / 252 - i * (1.0 / 240 - i / 132))));
}

#define FUNCTIONS(APPLY)                                                                                              \
  APPLY(erf, erf(x), M_2_SQRTPI * exp(-x * x), 0.0, -0.7, 1.5)                                                        \
  APPLY(erfc, erfc(x), -M_2_SQRTPI * exp(-x * x), 0.0, -0.7, 1.5)                                                     \
  APPLY(tgamma, tgamma(x), tgamma(x) * digamma(x), 0.5, 3.25, -1.5)                                                   \
  APPLY(lgamma, lgamma(x), digamma(x), 0.5, 3.25, -1.5)                                                               \
  APPLY(j0, j0(x), -j1(x), 0.5, 3.25, -1.5)                                                                           \
  APPLY(j1, j1(x), j0(x) - j1(x) / x, 0.5, 3.25, -1.5)                                                                \
  APPLY(jn, jn(3, x), 0.5 * (jn(2, x) - jn(4, x)), 0.5, 3.25, -1.5)                                                   \
  APPLY(y0, y0(x), -y1(x), 0.5, 3.25, 7.5)                                                                            \
  APPLY(y1, y1(x), y0(x) - y1(x) / x, 0.5, 3.25, 7.5)                                                                 \
  APPLY(yn, yn(2, x), 0.5 * (yn(1, x) - yn(3, x)), 0.75, 3.25, 7.5)

FUNCTIONS(DEFINE)

// lgamma_r reports the sign of gamma through a pointer.
static double with_sign(double x) {
  int sign = 0;
  double r = lgamma_r(x, &sign);
  return r * sign;
}

int main(void) {
  FUNCTIONS(RUN)
  CHECK_SCALAR(with_sign, 2.5, digamma(2.5), EXACT);
  CHECK_SCALAR(with_sign, -0.5, -digamma(-0.5), EXACT);
  return check_report();
}
