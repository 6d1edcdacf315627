// Eight floats at a time, conversions between vectors of float, double and int.
#include "check.h"

typedef float float8 __attribute__((vector_size(32)));
typedef double double8 __attribute__((vector_size(64)));
typedef int int8 __attribute__((vector_size(32)));

static double f(const double *x, int n) {
  float8 a = {0};
  for (int i = 0; i < n; i++)
    a[i] = (float)x[i];
  int8 rounded = __builtin_convertvector(a * 4.0f, int8);
  float8 b = a * a - 0.5f * a + __builtin_convertvector(rounded, float8);
  double8 wide = __builtin_convertvector(b, double8) * __builtin_convertvector(a, double8);
  double s = 0;
  for (int i = 0; i < 8; i++)
    s += wide[i] * (i + 1);
  return s;
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  dy[0] = 0;
  for (int i = 0; i < n; i++)
    dy[0] += (i + 1) * v[i] * (3 * x[i] * x[i] - x[i] + (int)(x[i] * 4));
}

int main(void) {
  double x[] = {0.57, -0.37, 1.2, 0.82, -0.6, 0.4, 0.7, 1.9};
  check_step = 0.02;
  CHECK_FUNCTIONAL(f, 8, x, jvp, SINGLE);
  return check_report();
}
