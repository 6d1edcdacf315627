// Zero tangents give exactly zero, and a request is linear in its directions.
#include "check.h"

static double f(const double *x, int n) {
  double s = 1.0;
  for (int i = 0; i < n; i++)
    s = s * cos(x[i]) + x[i] / (s + 3.0);
  return s;
}

#ifdef SELFTEST
static double along(const double *x, const double *v, int n) {
  struct check_target t = {0, f, 0, 0};
  double dy;
  check_stand_in(&t, x, v, n, &dy, 1);
  return dy;
}
#else
static double along(const double *x, const double *v, int n) { return __enzyme_fwddiff((void *)f, enzyme_dup, x, v, enzyme_const, n); }
#endif

int main(void) {
  double x[] = {0.5, -0.3, 1.2}, zero[] = {0, 0, 0}, u[] = {1, 2, -1}, v[] = {0.5, 0, 3}, w[3];
  for (int i = 0; i < 3; i++)
    w[i] = 2 * u[i] - 0.25 * v[i];
  CHECK_CLOSE("zero", along(x, zero, 3), 0.0, 0);
  CHECK_CLOSE("linear", along(x, w, 3), 2 * along(x, u, 3) - 0.25 * along(x, v, 3), EXACT);
  CHECK_CLOSE("value", f(x, 0), 1.0, 0);
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  return check_report();
}
