// The split derivative reads memory of the differentiated function, which is gone by then; through a function in between.
// EXPECT: an argument of `h` that leads to memory of its caller's own, where a registered split derivative looks later, cannot be in a tangent that is computed apart from the primal
#include "split.h"
double __enzyme_fwdsplit(void *, ...);

__attribute__((noinline)) static double g(const double *x) { return x[0] * x[0]; }
static double g_augmented(const double *x, const double *dx) {
  (void)dx;
  return x[0] * x[0];
}
static double g_tangent(const double *x, const double *dx) { return 2 * x[0] * dx[0]; }
void *__enzyme_register_splitderivative_g[] = {(void *)g, (void *)g_augmented, (void *)g_tangent};

__attribute__((noinline)) static double h(const double *x) { return g(x + 1) * x[0]; }
static double f(double x) {
  double v[2] = {x, 2 * x};
  return h(v); // HERE
}

double df(double x, void *tape) { return __enzyme_fwdsplit((void *)f, x, 1.0, tape); }
