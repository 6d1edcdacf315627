#include <math.h>

// Halves what is above the limit until nothing is, in place.
static __attribute__((noinline)) double damp(double x) { return sin(x) * exp(x); }

double decay(double *x, long count, double limit) {
  double sum = 0;
  for (long step = 0; step < 4; step++)
    for (long i = 0; i < count; i++)
      x[i] = x[i] * x[i];
  while (x[0] > limit) {
    x[0] = sqrt(x[0]);
    sum += x[0];
  }
  return sum + damp(sum);
}
