// Stack memory of a run-time size.
#include "check.h"

static double f(const double *x, int n) {
  double *a = __builtin_alloca(sizeof(double) * (size_t)(2 * n));
  for (int i = 0; i < n; i++) {
    a[i] = x[i] * x[i];
    a[n + i] = i ? a[n + i - 1] * x[i] : x[0];
  }
  double s = 0;
  for (int i = 0; i < 2 * n; i++)
    s += a[i] * a[2 * n - 1 - i];
  return s;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 1, x, 0, NUMERIC);
  return check_report();
}
