// Adaptive Simpson quadrature, recursive, with an integrand that depends on parameters.
#include "check.h"

static double integrand(double t, const double *p) { return exp(-p[0] * t) * cos(p[1] * t); }

static double simpson(const double *p, double a, double b) {
  return (b - a) / 6.0 * (integrand(a, p) + 4.0 * integrand(0.5 * (a + b), p) + integrand(b, p));
}

static double adaptive(const double *p, double a, double b, double whole, int depth) {
  double c = 0.5 * (a + b), left = simpson(p, a, c), right = simpson(p, c, b);
  if (depth == 0 || fabs(left + right - whole) < 1e-11)
    return left + right + (left + right - whole) / 15.0;
  return adaptive(p, a, c, left, depth - 1) + adaptive(p, c, b, right, depth - 1);
}

// Integral from 0 to x[2].
static double f(const double *x, int n) {
  (void)n;
  return adaptive(x, 0.0, x[2], simpson(x, 0.0, x[2]), 20);
}

// Antiderivative: exp(-a t) (b sin(b t) - a cos(b t)) / (a^2 + b^2).
static double closed(const double *x, int n) {
  (void)n;
  double a = x[0], b = x[1], t = x[2];
  return (exp(-a * t) * (b * sin(b * t) - a * cos(b * t)) + a) / (a * a + b * b);
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  struct check_target t = {0, closed, 0, 0};
  check_differences(&t, x, v, n, dy, m, 4, 4e-3);
}

int main(void) {
  double x[] = {0.7, 2.0, 1.5};
  CHECK_FUNCTIONAL(f, 3, x, jvp, NUMERIC);
  return check_report();
}
