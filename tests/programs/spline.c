// A natural cubic spline: a tridiagonal solve for the second derivatives, a search for the interval, evaluation.
#include "check.h"

enum { N = 6 };
static const double knots[N] = {0.0, 0.7, 1.5, 2.0, 3.1, 4.0};

// x = {values at the knots, t}
static double f(const double *x, int n) {
  double second[N], scratch[N];
  (void)n;
  second[0] = scratch[0] = 0;
  for (int i = 1; i < N - 1; i++) {
    double ratio = (knots[i] - knots[i - 1]) / (knots[i + 1] - knots[i - 1]), p = ratio * second[i - 1] + 2.0;
    second[i] = (ratio - 1.0) / p;
    scratch[i] = (x[i + 1] - x[i]) / (knots[i + 1] - knots[i]) - (x[i] - x[i - 1]) / (knots[i] - knots[i - 1]);
    scratch[i] = (6.0 * scratch[i] / (knots[i + 1] - knots[i - 1]) - ratio * scratch[i - 1]) / p;
  }
  second[N - 1] = 0;
  for (int i = N - 2; i >= 0; i--)
    second[i] = second[i] * second[i + 1] + scratch[i];
  int low = 0, high = N - 1;
  while (high - low > 1) {
    int middle = (low + high) / 2;
    if (knots[middle] > x[N])
      high = middle;
    else
      low = middle;
  }
  double h = knots[high] - knots[low], a = (knots[high] - x[N]) / h, b = (x[N] - knots[low]) / h;
  return a * x[low] + b * x[high] + ((a * a * a - a) * second[low] + (b * b * b - b) * second[high]) * h * h / 6.0;
}

int main(void) {
  double x[N + 1] = {0.1, 0.8, 0.3, -0.5, 0.2, 1.0, 1.7}, y[N + 1] = {1.1, -0.8, 0.3, 0.5, 2.2, 1.0, 3.6};
  CHECK_FUNCTIONAL(f, N + 1, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, N + 1, y, 0, NUMERIC);
  return check_report();
}
