// The inputs are overwritten several times, each time by a nonlinear function of what is there.
#include "check.h"

static void f(double *x, int n) {
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < n; i++)
      x[i] = sin(x[i]) * x[(i + 1) % n];
    x[0] = x[0] * x[n - 1];
    x[n - 1] = exp(0.1 * x[0]) + x[n / 2];
  }
}

int main(void) {
  double x[5] = {0.4, -0.7, 1.1, 0.3, 0.9};
  CHECK_IN_PLACE(f, 5, x, 0, NUMERIC);
  return check_report();
}
