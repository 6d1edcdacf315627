// The split derivative takes a tape that the augmented function does not return.
// EXPECT: the augmented forward function `g_augmented` registered for `g` has the type
// EXPECT: and should have { ptr, double } (double)
#include "split.h"
double __enzyme_fwdsplit(void *, ...);

__attribute__((noinline)) static double g(double x) { return x * x; } // HERE
static double g_augmented(double x) { return x * x; }
static double g_tangent(double x, double dx, double *tape) { return 2 * x * dx * *tape; }
void *__enzyme_register_splitderivative_g[] = {(void *)g, (void *)g_augmented, (void *)g_tangent};

static double f(double x) { return g(x) * x; }

double df(double x, void *tape) { return __enzyme_fwdsplit((void *)f, x, 1.0, tape); }
