// enzyme_primal_return: value and derivative in one call, for scalars, for memory outputs, and for a constant function.
#include "check.h"

extern int enzyme_primal_return;

struct value_and_derivative {
  double value, derivative;
};
struct value_and_derivative __enzyme_fwddiff_both(void *, ...);

struct float_pair {
  float value, derivative;
};
struct float_pair __enzyme_fwddiff_both_float(void *, ...);

struct value_and_three {
  double value, derivatives[3];
};
struct value_and_three __enzyme_fwddiff_value_and_three(void *, ...);

static double f(double x) { return x * exp(-x); }
static float g(float x) { return x * x * x; }
static double h(const double *x, double *y) {
  *y = x[0] * x[1];
  return x[0] + *y;
}

int main(void) {
#ifdef SELFTEST
  struct value_and_derivative r = {f(0.5), check_scalar_difference(f, 0.5)};
  struct float_pair s = {g(1.5f), (g(1.51f) - g(1.49f)) / 0.02f};
#else
  struct value_and_derivative r = __enzyme_fwddiff_both((void *)f, enzyme_primal_return, 0.5, 1.0);
  struct float_pair s = __enzyme_fwddiff_both_float((void *)g, 1.5f, 1.0f, enzyme_primal_return);
#endif
  CHECK_CLOSE("value", r.value, 0.5 * exp(-0.5), EXACT);
  CHECK_CLOSE("derivative", r.derivative, 0.5 * exp(-0.5), EXACT);
  CHECK_CLOSE("float value", s.value, 3.375, SINGLE);
  CHECK_CLOSE("float derivative", s.derivative, 6.75, SINGLE);

  double x[] = {2.0, 3.0}, dx[] = {1.0, -1.0}, y = 0, dy = 0;
#ifdef SELFTEST
  struct value_and_derivative t = {h(x, &y), 1.0 * 3.0 - 2.0 + 1.0};
  dy = 1.0;
  struct value_and_three u = {f(0.5), {0.5 * exp(-0.5), exp(-0.5), -0.5 * exp(-0.5)}};
#else
  struct value_and_derivative t = __enzyme_fwddiff_both((void *)h, enzyme_primal_return, enzyme_dup, x, dx, enzyme_dup, &y, &dy);
  struct value_and_three u =
      __enzyme_fwddiff_value_and_three((void *)f, enzyme_primal_return, enzyme_width, 3, enzyme_dup, 0.5, 1.0, 2.0, -1.0);
#endif
  CHECK_CLOSE("h value", t.value, 8.0, EXACT);
  CHECK_CLOSE("h derivative", t.derivative, 2.0, EXACT);
  CHECK_CLOSE("y", y, 6.0, EXACT);
  CHECK_CLOSE("dy", dy, dx[0] * 3.0 + dx[1] * 2.0, EXACT);
  CHECK_CLOSE("width value", u.value, 0.5 * exp(-0.5), EXACT);
  for (int k = 0; k < 3; k++)
    CHECK_CLOSE("width derivative", u.derivatives[k], 0.5 * exp(-0.5) * (k == 0 ? 1.0 : k == 1 ? 2.0 : -1.0), EXACT);
  return check_report();
}
