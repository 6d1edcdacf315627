// Two buffers that change places: which memory a pointer leads to depends on the iteration.
#include "check.h"

static void f(const double *x, int n, double *y, int m) {
  double a[8], b[8], *from = a, *to = b;
  for (int i = 0; i < n; i++)
    a[i] = x[i];
  for (int step = 0; step < 5; step++) {
    for (int i = 0; i < n; i++)
      to[i] = 0.5 * from[i] + 0.25 * from[(i + 1) % n] * from[(i + n - 1) % n];
    double *t = from;
    from = to;
    to = t;
  }
  for (int j = 0; j < m; j++)
    y[j] = from[j] * to[j];
}

int main(void) {
  double x[6] = {0.9, -0.3, 0.7, 1.2, -0.8, 0.4};
  CHECK_MAP(f, 6, 6, x, 0, NUMERIC);
  return check_report();
}
