// Branches with work on either side, early returns, and conditions that depend on active values.
#include "check.h"

static double f(const double *x, int n) {
  double r;
  if (x[0] > 1.0) {
    r = sin(x[0]) * x[1];
    if (x[1] < 0.0)
      return r * r;
    r += exp(-x[2]);
  } else if (x[1] > 0.5) {
    r = x[1] * x[2];
  } else {
    r = x[0] / (2.0 + x[2] * x[2]);
  }
  if (n == 3 && r > 0.0)
    r = sqrt(r) + x[0];
  return r;
}

int main(void) {
  double points[][3] = {{1.5, -0.5, 0.3}, {1.5, 0.75, 0.3}, {0.2, 0.9, 1.1}, {0.2, 0.9, -1.1}, {0.7, 0.1, 0.4}, {-0.7, 0.1, 0.4}};
  for (int i = 0; i < 6; i++)
    CHECK_FUNCTIONAL(f, 3, points[i], 0, NUMERIC);
  return check_report();
}
