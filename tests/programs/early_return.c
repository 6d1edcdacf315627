// Returns from within loops and branches of a callee.
#include "check.h"

__attribute__((noinline)) static double first_above(const double *x, int n, double limit) {
  double product = 1;
  if (n < 2)
    return x[0] * x[0];
  for (int i = 0; i < n; i++) {
    if (x[i] > limit)
      return product * sin(x[i]);
    for (int j = 0; j < i; j++) {
      product *= 1 + 0.2 * x[j] * x[i];
      if (product > 3)
        return product * x[j];
    }
  }
  return product;
}

static double f(const double *x, int n) {
  double total = 0;
  for (int k = 1; k <= n; k++)
    total += first_above(x, k, 0.95) * first_above(x, k, 5.0);
  return total;
}

int main(void) {
  double x[6] = {0.7, 0.9, 0.8, 1.3, 0.85, 0.6};
  CHECK_FUNCTIONAL(f, 6, x, 0, NUMERIC);
  return check_report();
}
