// A registered gradient is not taken yet: the call is refused, and not differentiated through its body.
// EXPECT: a function with a registered derivative
#include "bad.h"
double __enzyme_autodiff(void *, ...);

__attribute__((noinline)) static double g(double x) { return x * x; }
static double g_augmented(double x, void **tape) {
  *tape = 0;
  return x * x;
}
static double g_reverse(double x, double d, void *tape) {
  (void)tape;
  return 2 * x * d;
}
void *__enzyme_register_gradient_g[] = {(void *)g, (void *)g_augmented, (void *)g_reverse};

static double f(double x) {
  return g(x) * x; // HERE
}

double df(double x) { return __enzyme_autodiff((void *)f, x); }
