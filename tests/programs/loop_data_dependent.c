// Trip counts that depend on active data.
#include "check.h"

// Halve until below one, remembering a product on the way: x = 2^k r gives prod (x/2^i).
static double halvings(double x) {
  double product = 1.0;
  while (x > 1.0) {
    product *= x;
    x *= 0.5;
  }
  return product + x;
}

static double d_halvings(double x) {
  double product = 1.0, d = 0.0, v = 1.0;
  while (x > 1.0) {
    d = d * x + product * v;
    product *= x;
    x *= 0.5;
    v *= 0.5;
  }
  return d + v;
}

static double collatz(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) {
    long k = (long)(x[i] * 10.0);
    double w = x[i];
    while (k > 1) {
      if (k & 1) {
        k = 3 * k + 1;
        w += 0.01 * x[0];
      } else {
        k /= 2;
        w *= 1.01;
      }
    }
    s += w;
  }
  return s;
}

int main(void) {
  double x[] = {0.75, 1.15, 2.75};
  CHECK_SCALAR(halvings, 13.0, d_halvings(13.0), EXACT);
  CHECK_SCALAR(halvings, 0.5, 1.0, EXACT);
  CHECK_SCALAR(halvings, 100.0, d_halvings(100.0), EXACT);
  CHECK_FUNCTIONAL(collatz, 3, x, 0, NUMERIC);
  return check_report();
}
