// do-while loops: the body runs before the test.
#include "check.h"

static double root(double x) {
  double y = x, change;
  do {
    double next = 0.5 * (y + x / y);
    change = fabs(next - y);
    y = next;
  } while (change > 1e-15 * y);
  return y;
}

static double f(const double *x, int n) {
  double p = 1.0;
  int i = 0;
  do {
    int j = i;
    do {
      p = p * 0.9 + x[j] * x[i];
      j++;
    } while (j < n);
    i++;
  } while (i < n);
  return p;
}

int main(void) {
  double x[] = {0.5, 1.5, -0.7, 0.2};
  CHECK_SCALAR(root, 2.0, 0.5 / sqrt(2.0), 1e-9);
  CHECK_SCALAR(root, 0.3, 0.5 / sqrt(0.3), 1e-9);
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 1, x, 0, NUMERIC);
  return check_report();
}
