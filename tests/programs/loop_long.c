// Many iterations, whose number is not known in advance, each of which must be remembered.
#include "check.h"

static double f(const double *x, int n) {
  double s = 0.3, t = 0;
  int i = 0;
  for (double left = 20000; left > 0; left -= 1 + (i % 3 == 0)) {
    s = cos(s + 0.5 * x[i % n]);
    if (s > 0.9)
      s *= 0.75;
    t = 0.999 * t + s * x[(i + 1) % n];
    i++;
  }
  return t;
}

int main(void) {
  double x[3] = {0.7, 1.9, -0.6};
  check_step = 1e-3;
  CHECK_FUNCTIONAL(f, 3, x, 0, 1e-6);
  return check_report();
}
