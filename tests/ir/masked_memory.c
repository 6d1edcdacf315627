#include "check.h"

void f(const double *x, int n, double *y, int m);

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  for (int i = 0; i < n; i++)
    dy[i] = i == 2 ? 2 * v[i] : (x[i] > 0 ? 2 : 8) * x[i] * v[i];
}

int main(void) {
  double x[] = {0.7, 1.3, -0.4, -0.9};
  CHECK_MAP(f, 4, 4, x, jvp, EXACT);
  return check_report();
}
