// Two and three functions that call each other.
#include "check.h"

static double odd(double x, int n);
static double even(double x, int n) { return n <= 0 ? 1.0 : x * odd(x + 0.1, n - 1) + 0.5; }
static double odd(double x, int n) { return n <= 0 ? x : sin(x) + even(0.9 * x, n - 1); }

static double f(double x) { return even(x, 9) + odd(x, 4); }

// A recursive-descent shape: sum -> product -> atom -> sum.
static double sum(const double *x, int depth);
static double atom(const double *x, int depth) { return depth % 3 == 1 ? sum(x + 1, depth - 1) * 0.5 : x[0] + 1.0; }
static double product(const double *x, int depth) { return atom(x, depth) * (depth > 1 ? atom(x, depth - 1) : x[1]); }
static double sum(const double *x, int depth) {
  return depth > 0 ? product(x, depth) + sum(x, depth - 2) : cos(x[0]);
}

static double parsed(const double *x, int n) { return sum(x, n); }

int main(void) {
  double x[] = {0.3, 0.9, -0.4, 1.3, 0.2, 0.7, -0.2, 0.6};
  CHECK_SCALAR_FD(f, 0.7);
  CHECK_SCALAR_FD(f, -0.4);
  CHECK_FUNCTIONAL(parsed, 6, x, 0, NUMERIC);
  return check_report();
}
