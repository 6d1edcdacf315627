// No markers at all: floats and pointers are active, integers are not, by type of the parameter.
#include "check.h"

typedef double double2 __attribute__((vector_size(16)));

double __enzyme_fwddiff1(void *, ...);
double my__enzyme_fwddiff_plain(double (*)(double, int, double *, float, double2), ...);

static double f(double a, int n, double *p, float b, double2 v) {
  double s = 0;
  for (int i = 0; i < n; i++)
    s += a * p[i];
  return s * b + v[0] * v[1];
}

int main(void) {
  double p[] = {2.0, 3.0}, dp[] = {0.5, -0.25};
  double2 v = {1.5, 2.5}, dv = {1.0, -1.0};
  double want = (5.0 * 2.0 + 1.5 * 0.25) * 0.5 + 1.5 * 5.0 * 0.125 + 2.5 - 1.5;
  (void)dp;
  (void)dv;
  CHECK_CLOSE("first spelling", DERIVATIVE(__enzyme_fwddiff1((void *)f, 1.5, 2.0, 2, p, dp, 0.5f, 0.125f, v, dv), want), want, EXACT);
  CHECK_CLOSE("second spelling", DERIVATIVE(my__enzyme_fwddiff_plain(f, 1.5, 2.0, 2, p, dp, 0.5f, 0.125f, v, dv), want), want, EXACT);
  CHECK_CLOSE("value", f(1.5, 2, p, 0.5f, v), 1.5 * 5.0 * 0.5 + 3.75, EXACT);
  return check_report();
}
