// Stencils that overwrite their input: Gauss-Seidel, and Jacobi with two buffers whose pointers are swapped.
#include "check.h"

enum { N = 10 };

static void gauss_seidel(double *x, int n) {
  for (int sweep = 0; sweep < 4; sweep++)
    for (int i = 1; i < n - 1; i++)
      x[i] = 0.25 * (x[i - 1] + 2.0 * x[i] + x[i + 1]) + 0.05 * x[i] * x[i];
}

static void jacobi(double *x, int n) {
  double other[N], *from = x, *to = other;
  for (int sweep = 0; sweep < 5; sweep++) {
    to[0] = from[0];
    to[n - 1] = from[n - 1];
    for (int i = 1; i < n - 1; i++)
      to[i] = from[i - 1] * from[i + 1] + 0.5 * from[i];
    double *t = from;
    from = to;
    to = t;
  }
  if (from != x)
    memcpy(x, from, sizeof(double) * (size_t)n);
}

int main(void) {
  double x[N];
  for (int i = 0; i < N; i++)
    x[i] = sin(0.8 * i + 0.2);
  CHECK_IN_PLACE(gauss_seidel, N, x, 0, NUMERIC);
  CHECK_IN_PLACE(jacobi, N, x, 0, NUMERIC);
  return check_report();
}
