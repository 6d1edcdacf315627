// An argument without shadow is its own shadow for a split derivative, and this one would write there.
// EXPECT: the derivative registered for `g` cannot be called: argument 0 has no shadow here
#include "split.h"
void __enzyme_fwdsplit_void(void *, ...);

__attribute__((noinline)) static void g(double *x, double y) { x[0] = x[0] + y; } // HERE
static void g_augmented(double *x, double *dx, double y) {
  (void)dx;
  x[0] = x[0] + y;
}
static void g_tangent(double *x, double *dx, double y, double dy) {
  (void)x, (void)y;
  dx[0] += dy;
}
void *__enzyme_register_splitderivative_g[] = {(void *)g, (void *)g_augmented, (void *)g_tangent};

void df(double *x, double y) { __enzyme_fwdsplit_void((void *)g, enzyme_const, x, y, 1.0, (void *)0); }
