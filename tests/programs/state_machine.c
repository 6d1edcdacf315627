// A switch in a loop: which case runs next depends on the last one and on the data.
#include "check.h"

static double f(const double *x, int n) {
  double a = 0.2, b = 0.7;
  int state = 0, i = 0;
  while (state != 4 && i < 6 * n) {
    double v = x[i % n];
    switch (state) {
    case 0:
      a = sin(a) + v;
      state = v > 0 ? 1 : 2;
      break;
    case 1:
      b = b * a;
      state = b > 0.4 ? 3 : 0;
      break;
    case 2:
      a = a * b - 0.1 * v;
      state = 3;
      break;
    default:
      b = 0.5 * b + cos(a) * v;
      state = i > 5 * n ? 4 : i % 3;
      break;
    }
    i++;
  }
  return a * b;
}

int main(void) {
  double x[5] = {0.8, -0.6, 0.3, 1.1, -0.2};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  return check_report();
}
