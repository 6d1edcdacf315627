// log-sum-exp with the largest element taken out: its gradient is softmax.
#include "check.h"

static double f(const double *x, int n) {
  double largest = x[0], s = 0;
  for (int i = 1; i < n; i++)
    largest = fmax(largest, x[i]);
  for (int i = 0; i < n; i++)
    s += exp(x[i] - largest);
  return largest + log(s);
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  double value = f(x, n);
  (void)m;
  dy[0] = 0;
  for (int i = 0; i < n; i++)
    dy[0] += exp(x[i] - value) * v[i];
}

int main(void) {
  double x[] = {0.5, 3.0, -1.2, 0.8, 2.9}, large[] = {1000.5, 1000.0, 999.0, -1000.0, 1001.0};
  CHECK_FUNCTIONAL(f, 5, x, jvp, EXACT);
  CHECK_FUNCTIONAL(f, 5, large, jvp, 1e-9);
  return check_report();
}
