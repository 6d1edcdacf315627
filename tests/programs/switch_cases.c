// switch: dense and sparse case values, fall-through, default, and a switch in a loop.
#include "check.h"

static double step(int operation, double a, double b) {
  switch (operation) {
  case 0:
    return a + b;
  case 1:
    return a * b;
  case 2:
    a = sin(a);
    /* fall through */
  case 3:
    a *= 2.0;
    break;
  case 40:
    return a / (1.0 + b * b);
  case 1000:
    return b;
  default:
    return -a;
  }
  return a - b;
}

static double f(const double *x, int n) {
  static const int operations[] = {0, 1, 2, 3, 40, 7, 1000, 1, 2, 0};
  double a = x[0];
  for (int i = 0; i < 10; i++)
    a = step(operations[i], a, x[i % n]) + 0.1 * x[0];
  return a;
}

static double dense(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) {
    double t = x[i];
    switch (i) {
    case 0: t = exp(t); break;
    case 1: t = t * t * t; break;
    case 2: t = cos(t); break;
    case 3: t = 1.0 / t; break;
    case 4: continue;
    case 5: t = x[0] * x[1]; break;
    }
    s += t * x[0];
  }
  return s;
}

int main(void) {
  double x[] = {0.4, 1.1, -0.6, 0.9, 0.2, -1.4};
  CHECK_FUNCTIONAL(f, 6, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(dense, 6, x, 0, NUMERIC);
  return check_report();
}
