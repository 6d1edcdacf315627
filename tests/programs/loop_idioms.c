// Loops that the optimiser replaces: by memset, memcpy and memmove, by closed forms, by shorter or reordered loops.
#include "check.h"

enum { N = 24 };

static void f(const double *x, int n, double *y, int m) {
  double a[N], b[N];
  for (int i = 0; i < N; i++)
    a[i] = 0.0;
  for (int i = 0; i < n; i++)
    b[i] = x[i];
  for (int i = 0; i < n - 1; i++)
    b[i] = b[i + 1];
  double repeated = x[0];
  for (int i = 0; i < 10; i++)
    repeated += x[1];
  for (int i = 0; i < n; i++)
    if (n > 3) // invariant
      a[i] += b[i] * repeated;
    else
      a[i] -= b[i];
  for (int i = 0; i < m; i++)
    y[i] = a[i] * (i < m / 2 ? 2.0 : 3.0);
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  double r = x[0] + 10 * x[1], dr = v[0] + 10 * v[1];
  for (int i = 0; i < m; i++) {
    int k = i < n - 1 ? i + 1 : n - 1;
    dy[i] = (v[k] * r + x[k] * dr) * (i < m / 2 ? 2.0 : 3.0);
  }
}

int main(void) {
  double x[N];
  for (int i = 0; i < N; i++)
    x[i] = sin(0.7 * i + 0.1);
  CHECK_MAP(f, N, N, x, jvp, EXACT);
  return check_report();
}
