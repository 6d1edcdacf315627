#include "check.h"

void f(const double *x, int n, double *y, int m);

// y = {0, x3^2, x0^2, 1.5^2}
static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  dy[0] = dy[3] = 0;
  dy[1] = 2 * x[3] * v[3];
  dy[2] = 2 * x[0] * v[0];
}

int main(void) {
  double x[] = {0.7, 1.3, -0.4, 0.9};
  CHECK_MAP(f, 4, 4, x, jvp, EXACT);
  return check_report();
}
