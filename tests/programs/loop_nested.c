// Nested loops: a product of matrices of which one side is active through both operands.
#include "check.h"

enum { N = 4 };

static void square(const double *a, int n, double *c, int m) {
  (void)n;
  (void)m;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      double s = 0;
      for (int k = 0; k < N; k++)
        s += a[i * N + k] * a[k * N + j];
      c[i * N + j] = s;
    }
}

static void jvp(const double *a, const double *v, int n, double *dc, int m) {
  (void)n;
  (void)m;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      dc[i * N + j] = 0;
      for (int k = 0; k < N; k++)
        dc[i * N + j] += v[i * N + k] * a[k * N + j] + a[i * N + k] * v[k * N + j];
    }
}

int main(void) {
  double a[N * N];
  for (int i = 0; i < N * N; i++)
    a[i] = sin(1.0 + i);
  CHECK_MAP(square, N * N, N * N, a, jvp, EXACT);
  return check_report();
}
