// A recurrence through memory: each element depends on the two before it, as they were left.
#include "check.h"

static void f(double *x, int n) {
  for (int i = 2; i < n; i++)
    x[i] = sin(x[i - 1]) * x[i] + x[i - 2] * x[i - 2];
  for (int i = n - 2; i >= 0; i--)
    x[i] = x[i] / (2.0 + x[i + 1] * x[i + 1]);
}

int main(void) {
  double x[9];
  for (int i = 0; i < 9; i++)
    x[i] = cos(0.7 * i);
  CHECK_IN_PLACE(f, 9, x, 0, NUMERIC);
  return check_report();
}
