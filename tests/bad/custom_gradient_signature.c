// The reverse function does not take the derivative of the result.
// EXPECT: the reverse function `g_reverse` registered for `g` has the type
// EXPECT: and should have double (double, double)
#include "split.h"

__attribute__((noinline)) static double g(double x) { return x * x; } // HERE
static double g_augmented(double x) { return x * x; }
static double g_reverse(void) { return 2; }
void *__enzyme_register_gradient_g[] = {(void *)g, (void *)g_augmented, (void *)g_reverse};

static double f(double x) { return g(x) * x; }

double df(double x) { return __enzyme_autodiff((void *)f, x); }
