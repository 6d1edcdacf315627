// What a callee reads is overwritten by the caller before the callee is reversed.
#include "check.h"

__attribute__((noinline)) static double energy(const double *x, int n) {
  double e = 0;
  for (int i = 0; i < n; i++)
    e += x[i] * x[i] * x[(i + 1) % n];
  return e;
}

static double f(const double *x, int n) {
  double work[8], total = 0;
  for (int i = 0; i < n; i++)
    work[i] = x[i];
  for (int step = 0; step < 4; step++) {
    double e = energy(work, n);
    total += e * sin(e);
    for (int i = 0; i < n; i++)
      work[i] = cos(work[i] + 0.1 * e);
  }
  return total;
}

int main(void) {
  double x[4] = {0.3, 0.8, -0.2, 0.5};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
