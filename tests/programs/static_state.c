// State in a static variable that calls change and read.
#include "check.h"

static double state;

__attribute__((noinline)) static double advance(double x) {
  double old = state;
  state = 0.5 * state * state + x;
  return old * sin(x);
}

static double f(const double *x, int n) {
  double total = 0;
  state = x[0];
  for (int i = 0; i < n; i++)
    total += advance(x[i]) * state;
  return total;
}

int main(void) {
  double x[5] = {0.3, 0.8, -0.5, 0.9, 0.2};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  return check_report();
}
