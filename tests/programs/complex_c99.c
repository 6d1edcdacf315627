// C99 complex arithmetic: add, multiply (with its call for NaN), divide, conjugate, memory, arguments and returns.
#include "check.h"
#include <complex.h>

__attribute__((noinline)) static double complex mobius(double complex z, double complex c) {
  return (z * c + 1.0) / (z - c * I);
}

static double f(const double *x, int n) {
  double complex z = x[0] + x[1] * I, c = x[2] - 0.5 * I, store[3];
  (void)n;
  for (int i = 0; i < 3; i++) {
    z = mobius(z, c) * 0.75;
    store[i] = z;
  }
  z = store[0] * conj(store[1]) + store[2];
  return creal(z) * 2.0 + cimag(z);
}

// |z_n| of the Mandelbrot iteration.
static double orbit(const double *x, int n) {
  double complex c = __builtin_complex(x[0], x[1]), z = 0;
  for (int i = 0; i < 2 * n; i++)
    z = z * z + c;
  return creal(z * conj(z));
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2}, c[] = {-0.4, 0.3};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(orbit, 2, c, 0, NUMERIC);
  return check_report();
}
