// The long double spellings: derivative against the double-precision function.
#define _GNU_SOURCE
#include "check.h"

#define FUNCTIONS(APPLY)                                                                                              \
  APPLY(sinl, sin) APPLY(cosl, cos) APPLY(tanl, tan) APPLY(asinl, asin) APPLY(acosl, acos) APPLY(atanl, atan)         \
  APPLY(sinhl, sinh) APPLY(coshl, cosh) APPLY(tanhl, tanh) APPLY(asinhl, asinh) APPLY(atanhl, atanh)                  \
  APPLY(expl, exp) APPLY(exp2l, exp2) APPLY(expm1l, expm1) APPLY(logl, log) APPLY(log2l, log2) APPLY(log10l, log10)   \
  APPLY(log1pl, log1p) APPLY(sqrtl, sqrt) APPLY(cbrtl, cbrt) APPLY(erfl, erf) APPLY(tgammal, tgamma)                  \
  APPLY(lgammal, lgamma) APPLY(j0l, j0) APPLY(y1l, y1) APPLY(fabsl, fabs) APPLY(floorl, floor)

#define DEFINE_ONE(extended, twice)                                                                                   \
  static double f_##extended(double x) { return (double)extended((long double)x); }

#define RUN_ONE(extended, twice) CHECK_SCALAR(f_##extended, 0.6, check_scalar_expected(twice, 0.6), 1e-8);

FUNCTIONS(DEFINE_ONE)

static double two_arguments(double x) {
  long double a = x;
  return (double)(powl(a, 2 * a) + hypotl(a, 1) + atan2l(a, 3) + fmodl(a, 0.25L) + fmal(a, a, a) + fmaxl(a, 0.1L) + scalbnl(a, 2));
}

static double two_arguments_double(double a) {
  return pow(a, 2 * a) + hypot(a, 1) + atan2(a, 3) + fmod(a, 0.25) + fma(a, a, a) + fmax(a, 0.1) + ldexp(a, 2);
}

int main(void) {
  FUNCTIONS(RUN_ONE)
  CHECK_SCALAR(two_arguments, 0.6, check_scalar_expected(two_arguments_double, 0.6), NUMERIC);
  return check_report();
}
