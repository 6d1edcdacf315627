// LU factorisation with partial pivoting and triangular solves: x = A^-1 b and log |det A|.
#include "check.h"

enum { N = 4 };

static int factor(double a[N][N], int pivot[N]) {
  int sign = 1;
  for (int k = 0; k < N; k++) {
    int p = k;
    for (int i = k + 1; i < N; i++)
      if (fabs(a[i][k]) > fabs(a[p][k]))
        p = i;
    pivot[k] = p;
    if (p != k) {
      sign = -sign;
      for (int j = 0; j < N; j++) {
        double t = a[k][j];
        a[k][j] = a[p][j];
        a[p][j] = t;
      }
    }
    for (int i = k + 1; i < N; i++) {
      a[i][k] /= a[k][k];
      for (int j = k + 1; j < N; j++)
        a[i][j] -= a[i][k] * a[k][j];
    }
  }
  return sign;
}

static void f(const double *x, int n, double *y, int m) {
  double a[N][N];
  int pivot[N];
  memcpy(a, x, sizeof a);
  int sign = factor(a, pivot);
  for (int i = 0; i < N; i++)
    y[i] = x[N * N + i];
  for (int k = 0; k < N; k++) {
    double t = y[k];
    y[k] = y[pivot[k]];
    y[pivot[k]] = t;
  }
  for (int i = 0; i < N; i++)
    for (int j = 0; j < i; j++)
      y[i] -= a[i][j] * y[j];
  for (int i = N - 1; i >= 0; i--) {
    for (int j = i + 1; j < N; j++)
      y[i] -= a[i][j] * y[j];
    y[i] /= a[i][i];
  }
  y[N] = sign;
  for (int i = 0; i < N; i++)
    y[N] *= a[i][i];
  (void)n;
  (void)m;
}

int main(void) {
  double x[N * N + N] = {0.1, 2.0, -0.5, 0.7, 3.0, 0.2, 0.9, -1.1, 0.4, 1.3, 2.2, 0.6, -0.8, 0.5, 0.3, 1.9, 1.0, -2.0, 0.5, 0.25};
  check_step = 1e-3;
  CHECK_MAP(f, N * N + N, N + 1, x, 0, NUMERIC);
  return check_report();
}
