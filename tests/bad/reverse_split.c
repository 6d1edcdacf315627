// Split mode is not there yet.
// EXPECT: `__enzyme_augmentfwd` is not supported
#include "bad.h"
void *__enzyme_augmentfwd(void *, ...);

static double f(double x) { return x * x; }

void *df(double x) {
  return __enzyme_augmentfwd((void *)f, x); // HERE
}
