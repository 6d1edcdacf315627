// Second derivatives: __enzyme_fwddiff of a function that calls __enzyme_fwddiff.
#include "check.h"

double __enzyme_fwddiff_outer(void *, ...);
double __enzyme_fwddiff_inner(void *, ...);

static double f(double x) {
  double s = 0;
  for (int k = 1; k < 4; k++)
    s += sin(k * x) * x;
  return s;
}

static double df(double x) { return DERIVATIVE(__enzyme_fwddiff_inner((void *)f, x, 1.0), check_scalar_difference(f, x)); }

static double d2f(double x) {
  double d = 0;
  for (int k = 1; k < 4; k++)
    d += 2 * k * cos(k * x) - k * k * sin(k * x) * x;
  return d;
}

// Mixed second derivative through memory: v' H w.
static double g(const double *x, int n) {
  double p = 1.0;
  for (int i = 0; i < n; i++)
    p *= x[i] + 0.1 * i;
  return p;
}

static double dg(const double *x, int n) {
  static const double v[] = {1.0, 0.5, -2.0};
#ifdef SELFTEST
  double h = 1e-3, above[3], below[3];
  for (int i = 0; i < n; i++)
    above[i] = x[i] + h * v[i], below[i] = x[i] - h * v[i];
  return (g(above, n) - g(below, n)) / (2 * h);
#else
  return __enzyme_fwddiff_inner((void *)g, enzyme_dup, x, v, enzyme_const, n);
#endif
}

static double dg_closed(const double *x, int n) {
  (void)n;
  double a = x[0], b = x[1] + 0.1, c = x[2] + 0.2;
  return b * c + 0.5 * a * c - 2.0 * a * b;
}

static void dg_jvp(const double *x, const double *v, int n, double *dy, int m) {
  struct check_target t = {0, dg_closed, 0, 0};
  check_differences(&t, x, v, n, dy, m, 3, 1e-2);
}

int main(void) {
  double x[] = {0.7, 1.1, -0.4};
  CHECK_CLOSE("d2f", DERIVATIVE(__enzyme_fwddiff_outer((void *)df, 0.8, 1.0), check_scalar_difference(df, 0.8)), d2f(0.8), EXACT);
  CHECK_CLOSE("df", df(0.8), check_scalar_expected(f, 0.8), NUMERIC);
#ifndef SELFTEST
  CHECK_FUNCTIONAL(dg, 3, x, dg_jvp, NUMERIC);
#else
  CHECK_FUNCTIONAL(dg, 3, x, dg_jvp, 1e-5);
#endif
  return check_report();
}
