// Variables that are merged, swapped and rotated at joins: webs and cycles of phi nodes.
#include "check.h"

static double f(const double *x, int n) {
  double a = x[0], b = x[1], c = x[2];
  for (int i = 0; i < 3 * n; i++) {
    if (i % 3 == 0) { // swap
      double t = a;
      a = b;
      b = t;
    } else if (i % 3 == 1) { // rotate
      double t = a;
      a = b;
      b = c;
      c = t + 0.1 * a;
    } else {
      c = a * b;
    }
  }
  return a * 1.5 + b * b + c * x[0];
}

static double fibonacci(const double *x, int n) {
  double previous = x[0], current = x[1];
  for (int i = 0; i < 6 * n; i++) {
    double next = 0.6 * current + sin(previous);
    previous = current;
    current = next;
  }
  return current - previous;
}

int main(void) {
  double x[] = {0.7, -0.4, 1.2};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(fibonacci, 2, x, 0, NUMERIC);
  return check_report();
}
