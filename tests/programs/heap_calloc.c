// calloc: elements that are never stored have value and derivative zero.
#include "check.h"

static double f(const double *x, int n) {
  double *a = calloc((size_t)(2 * n), sizeof *a);
  for (int i = 0; i < n; i++)
    a[2 * i] = sin(x[i]);
  double s = 1.0;
  for (int i = 0; i < 2 * n; i++) {
    s += a[i] * (i + 1.0);
    a[i] += s * 0.1;
  }
  s += a[1] * a[2 * n - 1];
  free(a);
  return s;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
