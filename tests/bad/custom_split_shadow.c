// There are no shadows while the primal runs.
// EXPECT: the function `g_augmented`, which is registered for `g` and looks at the shadow of parameter 0 while the primal runs, cannot be in a tangent that is computed apart from the primal
// EXPECT: use __enzyme_fwddiff
#include "split.h"
double __enzyme_fwdsplit(void *, ...);

__attribute__((noinline)) static double g(const double *x) { return x[0] * x[0]; } // HERE
struct tape_and_value {
  double tape, value;
};
static struct tape_and_value g_augmented(const double *x, const double *dx) {
  struct tape_and_value r = {dx[0], x[0] * x[0]};
  return r;
}
static double g_tangent(const double *x, const double *dx, double tape) { return 2 * x[0] * (dx[0] + tape); }
void *__enzyme_register_splitderivative_g[] = {(void *)g, (void *)g_augmented, (void *)g_tangent};

static double f(const double *x) { return g(x) * x[0]; }

double df(const double *x, const double *dx, void *tape) { return __enzyme_fwdsplit((void *)f, x, dx, tape); }
