// Direct recursion: one call, two calls, and recursion over memory.
#include "check.h"

static double power(double x, int n) { return n == 0 ? 1.0 : x * power(x, n - 1); }

static double seventh(double x) { return power(x, 7); }

static double tree(double x, int depth) {
  if (depth == 0)
    return sin(x);
  return tree(0.5 * x, depth - 1) * tree(x + 0.1, depth - 1) + x;
}

static double f(double x) { return tree(x, 4); }

static double sum_pairwise(const double *x, int n) {
  if (n == 1)
    return x[0] * x[0];
  return sum_pairwise(x, n / 2) + 1.5 * sum_pairwise(x + n / 2, n - n / 2);
}

static void fill(const double *x, int n, double *y, int m) {
  if (m == 0)
    return;
  y[0] = x[0] * m;
  fill(x + 1, n - 1, y + 1, m - 1);
  if (m > 1)
    y[0] += y[1] * x[1];
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6, 0.4, 0.9};
  CHECK_SCALAR(seventh, 1.1, 7 * pow(1.1, 6), EXACT);
  CHECK_SCALAR_FD(f, 0.8);
  CHECK_FUNCTIONAL(sum_pairwise, 7, x, 0, NUMERIC);
  CHECK_MAP(fill, 5, 5, x, 0, NUMERIC);
  return check_report();
}
