// An argument without shadow is its own shadow for a registered gradient, and this one would add to it.
// EXPECT: the derivative registered for `g` cannot be called: argument 0 has no shadow here
// EXPECT: the registered functions may write there
#include "split.h"

__attribute__((noinline)) static double g(const double *x, double y) { return x[0] * y; } // HERE
static double g_augmented(const double *x, double *dx, double y) {
  (void)dx;
  return x[0] * y;
}
static double g_reverse(const double *x, double *dx, double y, double seed) {
  dx[0] += y * seed;
  return x[0] * seed;
}
void *__enzyme_register_gradient_g[] = {(void *)g, (void *)g_augmented, (void *)g_reverse};

static double f(const double *x, double y) { return g(x, y) * y; }

double df(const double *x, double y) { return __enzyme_autodiff((void *)f, enzyme_const, x, enzyme_out, y); }
