// enzyme_dupnoneed: the derivative of the output is asked for, its value is not.
#include "check.h"

extern int enzyme_dupnoneed;

static void f(const double *x, double *y, int n) {
  for (int i = 0; i < n; i++)
    y[i] = x[i] * x[i] * (i ? x[i - 1] : 1.0);
}

int main(void) {
  double x[] = {2.0, 3.0, 5.0}, dx[] = {1.0, 0.5, -1.0}, y[3] = {0}, dy[3] = {9, 9, 9};
  double want[] = {4.0, 2 * 3.0 * 0.5 * 2.0 + 9.0 * 1.0, 2 * 5.0 * -1.0 * 3.0 + 25.0 * 0.5};
#ifdef SELFTEST
  double h = 1e-4, above[3], below[3], point[3];
  for (int i = 0; i < 3; i++)
    point[i] = x[i] + h * dx[i];
  f(point, above, 3);
  for (int i = 0; i < 3; i++)
    point[i] = x[i] - h * dx[i];
  f(point, below, 3);
  f(x, y, 3);
  for (int i = 0; i < 3; i++)
    dy[i] = (above[i] - below[i]) / (2 * h);
#else
  __enzyme_fwddiff_void((void *)f, enzyme_dup, x, dx, enzyme_dupnoneed, y, dy, enzyme_const, 3);
#endif
  for (int i = 0; i < 3; i++)
    CHECK_CLOSE("dy", dy[i], want[i], EXACT);
  return check_report();
}
