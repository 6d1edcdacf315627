#include "check.h"

double f(const double *x, int n);

// a b + b (the last through float), or b b + b when a < b.
static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  dy[0] = x[0] < x[1] ? (2 * x[1] + 1) * v[1] : x[1] * v[0] + (x[0] + 1) * v[1];
}

int main(void) {
  double x[] = {0.75, 1.25}, y[] = {0.75, -1.25};
  CHECK_FUNCTIONAL(f, 2, x, jvp, 1e-6);
  CHECK_FUNCTIONAL(f, 2, y, jvp, 1e-6);
  return check_report();
}
