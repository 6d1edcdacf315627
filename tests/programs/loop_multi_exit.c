// Loops with several exits: break out of one and of two levels, continue, return from inside.
#include "check.h"

static double f(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) {
    if (x[i] < -5.0)
      return s * s;
    if (x[i] > 5.0)
      break;
    if (i % 2 == 1 && x[i] < 0.0)
      continue;
    for (int j = 0;; j++) {
      s += x[i] / (j + 1.0);
      if (s > 4.0)
        goto out;
      if (j >= i)
        break;
      if (x[j] * s > 3.0) {
        s *= x[j];
        break;
      }
    }
  }
  s += 1.0;
out:
  return s * x[0];
}

int main(void) {
  double exits[][5] = {{0.5, -0.5, 0.25, 0.75, 0.1},
                       {0.5, -0.5, -6.0, 0.75, 0.1},
                       {0.5, 0.7, 7.0, 0.75, 0.1},
                       {1.5, 1.7, 2.0, 0.75, 0.1},
                       {3.5, 2.7, 2.0, 0.75, 0.1}};
  for (int i = 0; i < 5; i++)
    CHECK_FUNCTIONAL(f, 5, exits[i], 0, NUMERIC);
  return check_report();
}
