// enzyme_primal_return puts the value of the function before the derivatives.
#include "check.h"

extern int enzyme_primal_return;
struct value_and_derivative {
  double value, derivative;
};
struct value_and_derivative __enzyme_autodiff_both(void *, ...);
double __enzyme_autodiff_value(void *, ...);

static double f(double x) { return x * sin(x); }

static double norm(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++)
    s += x[i] * x[i];
  return sqrt(s);
}

int main(void) {
  struct value_and_derivative r = __enzyme_autodiff_both((void *)f, enzyme_primal_return, 0.8);
  CHECK_CLOSE("value", r.value, 0.8 * sin(0.8), EXACT);
  CHECK_CLOSE("derivative", r.derivative, sin(0.8) + 0.8 * cos(0.8), EXACT);
  double x[3] = {1, 2, -2}, dx[3] = {10, 0, 0};
  double value = __enzyme_autodiff_value((void *)norm, enzyme_primal_return, enzyme_dup, x, dx, enzyme_const, 3);
  CHECK_CLOSE("norm", value, 3, EXACT);
  for (int i = 0; i < 3; i++)
    CHECK_CLOSE("gradient, added to what was there", dx[i], x[i] / 3 + (i == 0 ? 10 : 0), EXACT);
  return check_report();
}
