// The single-precision spellings: derivative against the double-precision function.
#define _GNU_SOURCE
#include "check.h"

#define FUNCTIONS(APPLY)                                                                                              \
  APPLY(sinf, sin) APPLY(cosf, cos) APPLY(tanf, tan) APPLY(asinf, asin) APPLY(acosf, acos) APPLY(atanf, atan)         \
  APPLY(sinhf, sinh) APPLY(coshf, cosh) APPLY(tanhf, tanh) APPLY(asinhf, asinh) APPLY(atanhf, atanh)                  \
  APPLY(expf, exp) APPLY(exp2f, exp2) APPLY(exp10f, exp10) APPLY(expm1f, expm1) APPLY(logf, log) APPLY(log2f, log2)   \
  APPLY(log10f, log10) APPLY(log1pf, log1p) APPLY(sqrtf, sqrt) APPLY(cbrtf, cbrt) APPLY(erff, erf) APPLY(erfcf, erfc) \
  APPLY(tgammaf, tgamma) APPLY(lgammaf, lgamma) APPLY(j0f, j0) APPLY(j1f, j1) APPLY(y0f, y0) APPLY(y1f, y1)           \
  APPLY(fabsf, fabs)

#define DEFINE_ONE(single, twice)                                                                                     \
  static double f_##single(double x) { return single((float)x); }

FUNCTIONS(DEFINE_ONE)

static double two_arguments(double x) {
  float a = (float)x;
  return powf(a, 2.0f * a) + hypotf(a, 1.0f) + atan2f(a, 3.0f) + fmodf(a, 0.25f) + fmaf(a, a, a) + fmaxf(a, 0.1f) + ldexpf(a, 2);
}

static double two_arguments_double(double a) {
  return pow(a, 2 * a) + hypot(a, 1) + atan2(a, 3) + fmod(a, 0.25) + fma(a, a, a) + fmax(a, 0.1) + ldexp(a, 2);
}

int main(void) {
#ifndef SELFTEST // A difference quotient of a single-precision function says nothing.
#define RUN_ONE(single, twice) CHECK_SCALAR(f_##single, 0.6, check_scalar_expected(twice, 0.6), SINGLE);
  FUNCTIONS(RUN_ONE)
  CHECK_SCALAR(two_arguments, 0.6, check_scalar_expected(two_arguments_double, 0.6), SINGLE);
#else
#define RUN_ONE(single, twice) CHECK_CLOSE(#single, f_##single(0.6), twice(0.6), 1e-5);
  FUNCTIONS(RUN_ONE)
  CHECK_CLOSE("two arguments", two_arguments(0.6), two_arguments_double(0.6), 1e-5);
#endif
  return check_report();
}
