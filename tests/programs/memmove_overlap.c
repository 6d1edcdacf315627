// memmove within one array, both ways: an insertion and a deletion.
#include "check.h"

enum { N = 6 };

static void f(double *x, int n) {
  double first = x[0];
  memmove(x, x + 1, sizeof(double) * (size_t)(n - 1));
  x[n - 1] = first * x[0];
  memmove(x + 3, x + 2, sizeof(double) * 3);
  x[2] = x[1] * x[4] + first;
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  // After the first move: x1 x2 x3 x4 x5 x0x1; after the second: x1 x2 x3 x3 x4 x5.
  dy[0] = v[1];
  dy[1] = v[2];
  dy[2] = v[2] * x[4] + x[2] * v[4] + v[0];
  dy[3] = v[3];
  dy[4] = v[4];
  dy[5] = v[5];
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6, 0.1};
  CHECK_IN_PLACE(f, N, x, jvp, EXACT);
  return check_report();
}
