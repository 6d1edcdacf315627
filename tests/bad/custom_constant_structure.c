// A constant structure leads to memory that the registered gradient writes through the pointer that stands in for its shadow.
// EXPECT: cannot be called: argument 1
#include "bad.h"
double __enzyme_autodiff(void *, ...);

struct holder {
  double *numbers;
};
__attribute__((noinline)) static double scaled(double x, struct holder *h) { return x * h->numbers[0]; } // HERE
__attribute__((noinline)) static double scaled_augmented(double x, struct holder *h, struct holder *dh) {
  (void)dh;
  return x * h->numbers[0];
}
__attribute__((noinline)) static double scaled_gradient(double x, struct holder *h, struct holder *dh, double seed) {
  dh->numbers[0] += x * seed;
  return h->numbers[0] * seed;
}
void *__enzyme_register_gradient_scaled[] = {(void *)scaled, (void *)scaled_augmented, (void *)scaled_gradient};

static double f(double x, struct holder *h) { return scaled(x, h); }
double df(double x, struct holder *h) { return __enzyme_autodiff((void *)f, x, enzyme_const, h); }
