// The same memory is passed several times, and parts of it overlap.
#include "check.h"

__attribute__((noinline)) static void mix(double *out, const double *a, const double *b, int n) {
  for (int i = 0; i < n; i++)
    out[i] = a[i] * b[i] + 0.1 * out[i];
}

static void f(double *x, int n) {
  mix(x, x, x, n);
  mix(x + 1, x, x + 1, n - 1);
  mix(x, x + 1, x + 2, n - 2);
}

int main(void) {
  double x[6] = {0.5, -0.8, 1.1, 0.7, -0.3, 0.9};
  CHECK_IN_PLACE(f, 6, x, 0, NUMERIC);
  return check_report();
}
