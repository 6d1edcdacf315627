// Builtins that inform the optimiser: expect, assume, assume_aligned, unreachable, prefetch, constant_p, restrict.
#include "check.h"

static double kind(int k, double x) {
  switch (k & 1) {
  case 0:
    return x * x;
  case 1:
    return -x;
  }
  __builtin_unreachable();
}

static double f(const double *restrict x, int n) {
  const double *aligned = __builtin_assume_aligned(x, 8);
  double s = 0;
  __builtin_assume(n > 0);
  for (int i = 0; i < n; i++) {
    __builtin_prefetch(aligned + i + 8);
    if (__builtin_expect(aligned[i] > 100.0, 0))
      s = -s;
    s += kind(i, aligned[i]) * (__builtin_constant_p(s) ? 1.0 : x[0]);
  }
  return s;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.7};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
