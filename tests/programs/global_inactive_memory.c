// Memory that carries no derivative although doubles pass through it: a global work array filled from a constant argument.
#include "check.h"

static double scratch[8];

static double f(const double *x, const double *coefficients, int n) {
  double s = 0;
  for (int i = 0; i < n; i++)
    scratch[i] = coefficients[i] * coefficients[n - 1 - i];
  for (int i = 0; i < n; i++)
    s += scratch[i] * x[i] * x[i];
  return s;
}

static const double coefficients[] = {2.0, 3.0, 5.0, 7.0};
static double bound(const double *x, int n) { return f(x, coefficients, n); }

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8}, v[] = {1.0, 0.5, -0.25, 2.0}, want = 0;
  for (int i = 0; i < 4; i++)
    want += coefficients[i] * coefficients[3 - i] * 2 * x[i] * v[i];
  CHECK_CLOSE("f", DERIVATIVE(__enzyme_fwddiff((void *)f, enzyme_dup, x, v, enzyme_const, coefficients, 4), want), want,
              EXACT);
  CHECK_FUNCTIONAL(bound, 4, x, 0, NUMERIC);
  return check_report();
}
