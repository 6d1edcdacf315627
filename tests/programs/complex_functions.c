// Functions of complex.h. Each g is analytic, so d/dt Re(w g(z(t))) = Re(w g'(z) z').
#include "check.h"
#include <complex.h>

#define FUNCTIONS(APPLY)                                                                                              \
  APPLY(cexp, cexp(z))                                                                                                \
  APPLY(clog, 1.0 / z)                                                                                                \
  APPLY(csqrt, 0.5 / csqrt(z))                                                                                        \
  APPLY(csin, ccos(z))                                                                                                \
  APPLY(ccos, -csin(z))                                                                                               \
  APPLY(ctan, 1.0 + ctan(z) * ctan(z))                                                                                \
  APPLY(casin, 1.0 / csqrt(1.0 - z * z))                                                                              \
  APPLY(cacos, -1.0 / csqrt(1.0 - z * z))                                                                             \
  APPLY(catan, 1.0 / (1.0 + z * z))                                                                                   \
  APPLY(csinh, ccosh(z))                                                                                              \
  APPLY(ccosh, csinh(z))                                                                                              \
  APPLY(ctanh, 1.0 - ctanh(z) * ctanh(z))                                                                             \
  APPLY(casinh, 1.0 / csqrt(z * z + 1.0))                                                                             \
  APPLY(cacosh, 1.0 / (csqrt(z - 1.0) * csqrt(z + 1.0)))                                                              \
  APPLY(catanh, 1.0 / (1.0 - z * z))

#define DEFINE(g, derivative)                                                                                         \
  static double f_##g(const double *x, int n) {                                                                       \
    (void)n;                                                                                                          \
    double complex w = g(__builtin_complex(x[0], x[1]));                                                                          \
    return creal(w) * 1.5 - cimag(w) * 0.5;                                                                           \
  }                                                                                                                   \
  static void d_##g(const double *x, const double *v, int n, double *dy, int m) {                                     \
    (void)n;                                                                                                          \
    (void)m;                                                                                                          \
    double complex z = __builtin_complex(x[0], x[1]), w = (derivative)*__builtin_complex(v[0], v[1]);                                         \
    dy[0] = creal(w) * 1.5 - cimag(w) * 0.5;                                                                          \
  }

#define RUN(g, derivative)                                                                                            \
  CHECK_FUNCTIONAL(f_##g, 2, first, d_##g, EXACT);                                                                    \
  CHECK_FUNCTIONAL(f_##g, 2, second, d_##g, EXACT);

FUNCTIONS(DEFINE)

static double power(const double *x, int n) {
  (void)n;
  return creal(cpow(__builtin_complex(x[0], x[1]), __builtin_complex(x[2], x[3])));
}

// Modulus, argument, projection to parts, and polar form are not analytic.
static double polar(const double *x, int n) {
  (void)n;
  double complex z = __builtin_complex(x[0], x[1]);
  return cabs(z) * x[0] + carg(z) * 2.0 + cimag(cproj(z));
}

int main(void) {
  double first[] = {0.6, 0.9}, second[] = {-1.3, -0.4}, exponent[] = {0.6, 0.9, 1.4, -0.3};
  FUNCTIONS(RUN)
  CHECK_FUNCTIONAL(power, 4, exponent, 0, NUMERIC);
  CHECK_FUNCTIONAL(polar, 2, first, 0, NUMERIC);
  CHECK_FUNCTIONAL(polar, 2, second, 0, NUMERIC);
  return check_report();
}
