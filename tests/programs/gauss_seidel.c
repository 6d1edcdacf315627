// Relaxation in place until the change is small: the number of sweeps depends on the data.
#include "check.h"

enum { N = 6 };

static double f(const double *x, int n) {
  double u[N + 2] = {0};
  u[0] = x[0];
  u[N + 1] = x[n - 1];
  double change = 1;
  while (change > 1e-13) {
    change = 0;
    for (int i = 1; i <= N; i++) {
      double next = (u[i - 1] + u[i + 1] + x[i % n] - 0.2 * u[i] * u[i]) / 2.6;
      change += fabs(next - u[i]);
      u[i] = next;
    }
  }
  double total = 0;
  for (int i = 1; i <= N; i++)
    total += u[i] * u[i] * i;
  return total;
}

int main(void) {
  double x[4] = {0.9, -0.4, 0.6, 1.3};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
