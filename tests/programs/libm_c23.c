// Functions that C23 added. glibc has them since 2.41; with an older one only the builtins are tested.
#define _GNU_SOURCE
#define __STDC_WANT_IEC_60559_EXT__ 1
#define __STDC_WANT_IEC_60559_FUNCS_EXT_C23__ 1
#include "table.h"

double exp10m1(double), exp2m1(double), log10p1(double), log2p1(double), logp1(double), rsqrt(double);
double sinpi(double), cospi(double), tanpi(double), asinpi(double), acospi(double), atanpi(double);
double rootn(double, long long), pown(double, long long), powr(double, double), compoundn(double, long long);

#if __GLIBC_PREREQ(2, 41)
#define PI_FUNCTIONS(APPLY)                                                                                           \
  APPLY(sinpi, sinpi(x), M_PI * cos(M_PI * x), 0.2, -1.3, 2.25)                                                       \
  APPLY(cospi, cospi(x), -M_PI * sin(M_PI * x), 0.2, -1.3, 2.25)                                                      \
  APPLY(tanpi, tanpi(x), M_PI / pow(cos(M_PI * x), 2), 0.2, -1.3, 2.25)                                               \
  APPLY(asinpi, asinpi(x), M_1_PI / sqrt(1 - x * x), 0.2, -0.3, 0.75)                                                 \
  APPLY(acospi, acospi(x), -M_1_PI / sqrt(1 - x * x), 0.2, -0.3, 0.75)                                                \
  APPLY(atanpi, atanpi(x), M_1_PI / (1 + x * x), 0.2, -0.3, 4.75)
#define EXP_FUNCTIONS(APPLY)                                                                                          \
  APPLY(exp10m1, exp10m1(x), M_LN10 * pow(10, x), 0.2, -0.3, 1.75)                                                    \
  APPLY(exp2m1, exp2m1(x), M_LN2 * pow(2, x), 0.2, -0.3, 1.75)                                                        \
  APPLY(log10p1, log10p1(x), 1 / (M_LN10 * (1 + x)), 0.2, -0.3, 1.75)                                                 \
  APPLY(log2p1, log2p1(x), 1 / (M_LN2 * (1 + x)), 0.2, -0.3, 1.75)                                                    \
  APPLY(logp1, logp1(x), 1 / (1 + x), 0.2, -0.3, 1.75)
#else
#define PI_FUNCTIONS(APPLY)
#define EXP_FUNCTIONS(APPLY)
#endif
#if __GLIBC_PREREQ(2, 42)
#define ROOT_FUNCTIONS(APPLY)                                                                                         \
  APPLY(rsqrt, rsqrt(x), -0.5 * pow(x, -1.5), 0.2, 1.3, 2.25)                                                         \
  APPLY(rootn, rootn(x, 3), cbrt(x) / (3 * x), 0.2, 1.3, 2.25)                                                        \
  APPLY(pown, pown(x, 4), 4 * x * x * x, 0.2, -1.3, 2.25)                                                             \
  APPLY(powr, powr(x, 1.5), 1.5 * sqrt(x), 0.2, 1.3, 2.25)                                                            \
  APPLY(compoundn, compoundn(x, 3), 3 * (1 + x) * (1 + x), 0.2, -0.3, 2.25)
#else
#define ROOT_FUNCTIONS(APPLY)
#endif
#define BUILTINS(APPLY)                                                                                               \
  APPLY(roundeven, x *__builtin_roundeven(x), rint(x), 0.7, -2.3, 5.25)                                               \
  APPLY(fmaximum, __builtin_elementwise_maximum(x, 1.5), x > 1.5 ? 1.0 : 0.0, 0.7, -2.3, 5.25)                        \
  APPLY(fminimum, __builtin_elementwise_minimum(x, 1.5), x < 1.5 ? 1.0 : 0.0, 0.7, -2.3, 5.25)                        \
  APPLY(canonicalize, __builtin_canonicalize(x) * x, 2 * x, 0.7, -2.3, 5.25)

PI_FUNCTIONS(DEFINE)
EXP_FUNCTIONS(DEFINE)
ROOT_FUNCTIONS(DEFINE)
BUILTINS(DEFINE)

int main(void) {
  PI_FUNCTIONS(RUN)
  EXP_FUNCTIONS(RUN)
  ROOT_FUNCTIONS(RUN)
  BUILTINS(RUN)
  return check_report();
}
