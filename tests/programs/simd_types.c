// Vector types of the compiler: arithmetic, broadcast, elements, comparison masks, memory.
#include "check.h"

typedef double double4 __attribute__((vector_size(32), aligned(8)));
typedef long long4 __attribute__((vector_size(32)));

static double f(const double *x, int n) {
  double4 a = {x[0], x[1], x[2], x[3]};
  double4 b = *(const double4 *)(x + 1) * 0.5;
  (void)n;
  for (int i = 0; i < 3; i++) {
    a = a * b + 1.25;
    b -= a / (2.0 + b * b);
  }
  double4 c = b * b;
  long4 greater = a > b;
  for (int i = 0; i < 4; i++)
    if (greater[i])
      c[i] = a[i];
  c[2] = x[4] * c[0];
  return c[0] + 2 * c[1] + 3 * c[2] + 4 * c[3] - a[3];
}

static void map(const double *x, int n, double *y, int m) {
  (void)m;
  for (int i = 0; i + 4 <= n; i += 4) {
    double4 v = *(const double4 *)(x + i);
    *(double4 *)(y + i) = v * v - 3.0 * v;
  }
}

static void map_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  for (int i = 0; i < n; i++)
    dy[i] = (2 * x[i] - 3) * v[i];
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6, 0.4, 0.7, 1.9};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  CHECK_MAP(map, 8, 8, x, map_jvp, EXACT);
  return check_report();
}
