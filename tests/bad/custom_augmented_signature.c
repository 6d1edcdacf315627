// The shadow of the pointer is missing among the parameters of the augmented function.
// EXPECT: the augmented forward function `g_augmented` registered for `g` has the type
// EXPECT: and should have double (ptr, ptr)
#include "split.h"

__attribute__((noinline)) static double g(const double *x) { return x[0] * x[0]; } // HERE
static double g_augmented(const double *x) { return x[0] * x[0]; }
static void g_reverse(const double *x, double *dx, double seed) { dx[0] += 2 * x[0] * seed; }
void *__enzyme_register_gradient_g[] = {(void *)g, (void *)g_augmented, (void *)g_reverse};

static double f(const double *x) { return g(x) * x[0]; }

void df(const double *x, double *dx) { __enzyme_autodiff((void *)f, x, dx); }
