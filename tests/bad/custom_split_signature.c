// The shadow of the second number is missing among the parameters of a split derivative.
// EXPECT: the split derivative `g_tangent` registered for `g` has the type
// EXPECT: and should have { double, double } (double, double, double, double) and the tape as a last parameter, if there is one
// EXPECT: each parameter is followed by its shadow, and the tape stands last
#include "split.h"
double __enzyme_fwdsplit(void *, ...);

__attribute__((noinline)) static double g(double x, double y) { return x * y; } // HERE
static double g_augmented(double x, double y) { return x * y; }
static double g_tangent(double x, double dx, double y) { return dx * y + x; }
void *__enzyme_register_splitderivative_g[] = {(void *)g, (void *)g_augmented, (void *)g_tangent};

static double f(double x) { return g(x, x) * x; }

double df(double x, void *tape) { return __enzyme_fwdsplit((void *)f, x, 1.0, tape); }
