// Nested loops whose inner bounds depend on the outer counter, four deep, with values carried across levels.
#include "check.h"

static double f(const double *x, int n) {
  double s = 0.5;
  for (int i = 0; i < n; i++) {
    double row = x[i];
    for (int j = i; j < n; j++) {
      row *= 1.0 + 0.2 * x[j];
      for (int k = 0; k < j - i; k++)
        for (int l = k; l > 0; l >>= 1)
          row += 0.05 * x[k] * s;
    }
    s = s * 0.7 + row;
  }
  return s;
}

int main(void) {
  double x[] = {0.9, -0.3, 0.4, 1.1, -0.6, 0.2};
  CHECK_FUNCTIONAL(f, 6, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 2, x, 0, NUMERIC);
  return check_report();
}
