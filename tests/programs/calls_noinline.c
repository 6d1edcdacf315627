// Calls that stay calls: with other activities at each call site, results used and unused.
#include "check.h"

__attribute__((noinline)) static double scale(double x, double factor) { return x * factor + factor * factor; }
__attribute__((noinline)) static double unused_argument(double x, double y) {
  (void)y;
  return x * x;
}
__attribute__((noinline)) static double constant(void) { return 4.25; }
__attribute__((noinline)) static void store(double *where, double value) { *where = value * 2.0; }
__attribute__((noinline)) static int count(double x) { return x > 0.5 ? 3 : 5; }

static double f(const double *x, int n) {
  double memory = 0.0;
  double a = scale(x[0], 3.0);  // first argument active
  double b = scale(2.0, x[1]);  // second
  double c = scale(a, b);       // both
  double d = scale(1.5, 2.5);   // neither
  store(&memory, c + d);
  scale(x[0], x[1]); // result unused
  return memory + unused_argument(x[n - 1], a) * constant() + count(x[0]) * x[1];
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  double a = x[0] * 3 + 9, da = 3 * v[0];
  double b = 2 * x[1] + x[1] * x[1], db = 2 * v[1] + 2 * x[1] * v[1];
  double dc = da * b + a * db + 2 * b * db;
  dy[0] = 2 * dc + 4.25 * 2 * x[n - 1] * v[n - 1] + (x[0] > 0.5 ? 3 : 5) * v[1];
}

int main(void) {
  double x[] = {0.8, -0.6, 1.7}, y[] = {0.3, 1.2, -0.9};
  CHECK_FUNCTIONAL(f, 3, x, jvp, EXACT);
  CHECK_FUNCTIONAL(f, 3, y, jvp, EXACT);
  return check_report();
}
