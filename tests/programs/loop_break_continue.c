// Loops that skip and stop depending on the data, nested, with unknown numbers of iterations.
#include "check.h"

static double f(const double *x, int n) {
  double total = 0, scale = 1;
  for (int i = 0; i < n; i++) {
    if (x[i] < 0) {
      scale *= 1 - 0.1 * x[i];
      continue;
    }
    double r = x[i];
    int steps = 0;
    while (1) {
      r = r * r * 0.5 + 0.2;
      if (r < 0.3)
        break;
      total += scale * r;
      if (++steps == 5)
        break;
      if (r > 2.0) {
        r = log(r);
        continue;
      }
      total *= 1.01;
    }
    if (total > 40.0)
      return total + r;
  }
  return total * scale;
}

int main(void) {
  double x[7] = {0.6, -0.4, 1.95, 0.2, -1.2, 2.3, 1.1};
  CHECK_FUNCTIONAL(f, 7, x, 0, NUMERIC);
  double z[7] = {3.4, -0.4, 3.9, 0.2, -1.2, 2.3, 1.1};
  CHECK_FUNCTIONAL(f, 7, z, 0, NUMERIC);
  return check_report();
}
