// Shuffles: reversal, interleaving, widening, narrowing, and horizontal sums.
#include "check.h"

typedef double double2 __attribute__((vector_size(16)));
typedef double double4 __attribute__((vector_size(32)));

static double f(const double *x, int n) {
  double4 a = {x[0], x[1], x[2], x[3]};
  (void)n;
  double4 reversed = __builtin_shufflevector(a, a, 3, 2, 1, 0);
  double4 mixed = __builtin_shufflevector(a, reversed * a, 0, 5, 2, 7);
  double2 low = __builtin_shufflevector(mixed, mixed, 0, 1), high = __builtin_shufflevector(mixed, mixed, 2, 3);
  double2 sum = low * high + low;
  double4 wide = __builtin_shufflevector(sum, high, 0, 2, 1, -1);
  wide[3] = 1.0;
  wide *= a;
  return wide[0] + 2 * wide[1] + 3 * wide[2] + 4 * wide[3];
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  // mixed = {x0, x2 x1, x2, x0 x3}
  double p = x[1] * x[2], dp = v[1] * x[2] + x[1] * v[2], q = x[0] * x[3], dq = v[0] * x[3] + x[0] * v[3];
  double s0 = x[0] * x[2] + x[0], ds0 = v[0] * x[2] + x[0] * v[2] + v[0];
  double s1 = p * q + p, ds1 = dp * q + p * dq + dp;
  // wide = {s0 x0, x2 x1, s1 x2, x3}
  dy[0] = ds0 * x[0] + s0 * v[0] + 2 * dp + 3 * (ds1 * x[2] + s1 * v[2]) + 4 * v[3];
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8};
  CHECK_FUNCTIONAL(f, 4, x, jvp, EXACT);
  return check_report();
}
