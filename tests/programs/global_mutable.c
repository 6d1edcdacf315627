// Mutable globals with initialisers: parameters that are read, and one that is first read, then written.
#include "check.h"

double gain = 2.5;
static int iterations = 4;
static double offsets[3] = {0.25, -0.5, 0.75};
static double level = 1.5;

static double f(const double *x, int n) {
  double s = 0;
  for (int k = 0; k < iterations; k++)
    for (int i = 0; i < n; i++)
      s = 0.5 * s + gain * x[i] * x[i] + offsets[i];
  double before = level;
  level = s * before;
  s += level * x[0];
  level = before;
  return s;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  gain = -1.5;
  iterations = 2;
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  return check_report();
}
