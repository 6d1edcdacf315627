// Powers of a matrix by repeated squaring: how often each product is made depends on the bits of the exponent.
#include "check.h"

enum { N = 3 };

static void multiply(double *out, const double *a, const double *b) {
  double t[N * N];
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      double s = 0;
      for (int k = 0; k < N; k++)
        s += a[i * N + k] * b[k * N + j];
      t[i * N + j] = s;
    }
  memcpy(out, t, sizeof t);
}

static void f(const double *x, int n, double *y, int m) {
  double power[N * N], base[N * N];
  for (int i = 0; i < n; i++) {
    base[i] = x[i];
    power[i] = i % (N + 1) == 0;
  }
  for (unsigned e = 11; e; e >>= 1) {
    if (e & 1)
      multiply(power, power, base);
    multiply(base, base, base);
  }
  for (int j = 0; j < m; j++)
    y[j] = power[j];
}

int main(void) {
  double x[N * N] = {0.8, 0.3, -0.2, 0.1, 0.9, 0.4, -0.3, 0.2, 0.7};
  CHECK_MAP(f, N * N, N * N, x, 0, NUMERIC);
  return check_report();
}
