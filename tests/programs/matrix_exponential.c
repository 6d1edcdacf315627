// exp(A) by scaling and squaring of a Taylor series.
#include "check.h"

enum { N = 3 };

static void multiply(const double *a, const double *b, double *c) {
  double t[N * N];
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      t[i * N + j] = 0;
      for (int k = 0; k < N; k++)
        t[i * N + j] += a[i * N + k] * b[k * N + j];
    }
  memcpy(c, t, sizeof t);
}

static void exponential(const double *a, double *r) {
  double norm = 0, scaled[N * N], power[N * N];
  int squarings = 0;
  for (int i = 0; i < N * N; i++)
    norm = fmax(norm, fabs(a[i]));
  while (ldexp(norm, -squarings) > 0.25)
    squarings++;
  for (int i = 0; i < N * N; i++) {
    scaled[i] = ldexp(a[i], -squarings);
    r[i] = power[i] = i % (N + 1) == 0;
  }
  for (int k = 1; k < 12; k++) {
    multiply(power, scaled, power);
    for (int i = 0; i < N * N; i++)
      r[i] += (power[i] /= k);
  }
  for (; squarings > 0; squarings--)
    multiply(r, r, r);
}

static void f(const double *x, int n, double *y, int m) {
  (void)n;
  (void)m;
  exponential(x, y);
}

// exp of the generator of a rotation is known.
static double rotation(double angle) {
  double a[N * N] = {0, -angle, 0, angle, 0, 0, 0, 0, 0}, r[N * N];
  exponential(a, r);
  return r[0] + 2.0 * r[3] + r[8];
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6, 0.4, 0.9, 0.15, -0.7};
  CHECK_MAP(f, N * N, N * N, x, 0, NUMERIC);
  CHECK_SCALAR(rotation, 0.8, -sin(0.8) + 2 * cos(0.8), EXACT);
  return check_report();
}
