// A split derivative of the user's.
// EXPECT: the split derivative registered for `square` cannot be in a tangent that is computed apart from the primal
#include "split.h"
double __enzyme_fwdsplit(void *, ...);

static double square(double x) { return x * x; } // HERE
static double square_augmented(double x) { return x * x; }
static double square_tangent(double x, double dx) { return 2 * x * dx; }
void *__enzyme_register_splitderivative_square[] = {(void *)square, (void *)square_augmented, (void *)square_tangent};

double df(double x) {
  return __enzyme_fwdsplit((void *)square, x, 1.0, (void *)0);
}
