// Thread-local variables, active and not.
#include "check.h"

static _Thread_local double last;
static _Thread_local int calls;
static _Thread_local double factor = 2.5;

__attribute__((noinline)) static double remember(double x) {
  double previous = last;
  last = x * x;
  calls++;
  return previous * factor;
}

static double f(const double *x, int n) {
  double s = 0;
  last = 1.0;
  for (int i = 0; i < n; i++)
    s += remember(x[i]) * x[0];
  return s + last;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  CHECK_CLOSE("calls", calls % 3, 0, 0);
  return check_report();
}
