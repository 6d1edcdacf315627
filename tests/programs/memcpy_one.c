// memcpy of one double and of one float: the optimiser turns these into loads and stores of integers.
#include "check.h"

struct cell {
  double value;
};

__attribute__((noinline)) static void copy(void *to, const void *from) { memcpy(to, from, sizeof(double)); }

static double f(const double *x, int n) {
  double a, b;
  struct cell c, d;
  float g, h;
  (void)n;
  copy(&a, &x[0]);
  memcpy(&b, x + 1, sizeof b);
  c.value = a * b;
  memcpy(&d, &c, sizeof d);
  g = (float)b;
  memcpy(&h, &g, sizeof h);
  return d.value * a + b + h * 0.0f;
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  dy[0] = 2 * x[0] * x[1] * v[0] + (x[0] * x[0] + 1) * v[1];
}

int main(void) {
  double x[] = {0.5, -0.3};
  CHECK_FUNCTIONAL(f, 2, x, jvp, EXACT);
  return check_report();
}
