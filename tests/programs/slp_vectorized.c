// Straight-line code on neighbours, which the optimiser packs into vectors, and small loops that it unrolls completely.
#include "check.h"

static void quaternion(const double *restrict x, int n, double *restrict y, int m) {
  (void)n;
  (void)m;
  const double *p = x, *q = x + 4;
  y[0] = p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3];
  y[1] = p[0] * q[1] + p[1] * q[0] + p[2] * q[3] - p[3] * q[2];
  y[2] = p[0] * q[2] - p[1] * q[3] + p[2] * q[0] + p[3] * q[1];
  y[3] = p[0] * q[3] + p[1] * q[2] - p[2] * q[1] + p[3] * q[0];
}

static void affine(const double *restrict x, int n, double *restrict y, int m) {
  (void)n;
  (void)m;
  y[0] = sqrt(x[0] + 2.0) * 1.5 + 0.25;
  y[1] = sqrt(x[1] + 2.0) * 2.5 + 1.25;
  y[2] = sqrt(x[2] + 2.0) * 3.5 + 2.25;
  y[3] = sqrt(x[3] + 2.0) * 4.5 + 3.25;
}

static double determinant(const double *x, int n) {
  double a[3][3], d = 0;
  (void)n;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      a[i][j] = x[3 * i + j] + (i == j);
  for (int i = 0; i < 3; i++)
    d += a[0][i] * (a[1][(i + 1) % 3] * a[2][(i + 2) % 3] - a[1][(i + 2) % 3] * a[2][(i + 1) % 3]);
  return d;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6, 0.4, 0.9, 0.15, -0.7};
  CHECK_MAP(quaternion, 8, 4, x, 0, NUMERIC);
  CHECK_MAP(affine, 4, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(determinant, 9, x, 0, NUMERIC);
  return check_report();
}
