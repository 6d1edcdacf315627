// Forward mode over reverse mode gives back what it allocates: memory that the function frees, that it keeps until the reverse sweep, and
// that it resizes, with the shadows of all that. Derivatives against differences of the gradient.
#include "check.h"
#include <malloc.h>

void __enzyme_autodiff_gradient(void *, ...);
void __enzyme_fwddiff_gradient(void *, ...);

enum { N = 6 };

__attribute__((noinline)) static double freed(const double *x, int n) {
  double *t = malloc(n * sizeof *t), s = 0;
  for (int i = 0; i < n; i++)
    t[i] = sin(x[i]) * x[i];
  for (int i = 0; i < n; i++)
    s += t[i] * t[n - 1 - i] * x[i];
  free(t);
  return s;
}

__attribute__((noinline)) static double in_loops(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) {
    double **rows = malloc(2 * sizeof *rows);
    for (int k = 0; k < 2; k++) {
      rows[k] = calloc(n, sizeof **rows);
      for (int j = 0; j <= i; j++)
        rows[k][j] = x[j] * x[(j + k) % n];
    }
    for (int j = 0; j < n; j++)
      s += exp(0.1 * rows[0][j] * rows[1][j]);
    free(rows[0]);
    free(rows[1]);
    free(rows);
  }
  return s;
}

__attribute__((noinline)) static double resized(const double *x, int n) {
  double *t = NULL, s = 0;
  for (int i = 0; i < n; i++) {
    t = realloc(t, (i + 1) * sizeof *t);
    t[i] = x[i] * x[i];
  }
  for (int i = 0; i < n; i++)
    s += t[i] * t[n - 1 - i];
  free(t);
  return s;
}

#define GRADIENT(f)                                                                                                    \
  static void f##_gradient(const double *x, double *dx, int n) {                                                       \
    for (int i = 0; i < n; i++)                                                                                        \
      dx[i] = 0;                                                                                                       \
    __enzyme_autodiff_gradient((void *)f, enzyme_dup, x, dx, enzyme_const, n);                                         \
  }                                                                                                                    \
  static void f##_product(const double *x, const double *v, double *g, double *h) {                                    \
    __enzyme_fwddiff_gradient((void *)f##_gradient, enzyme_dup, x, v, enzyme_dup, g, h, enzyme_const, N);              \
  }
GRADIENT(freed)
GRADIENT(in_loops)
GRADIENT(resized)

static void check(const char *name, void (*gradient)(const double *, double *, int),
                  void (*product)(const double *, const double *, double *, double *)) {
  double x[N], v[N], g[N], h[N] = {0}, above[N], below[N], moved[N];
  for (int i = 0; i < N; i++)
    x[i] = 0.7 * cos(i), v[i] = sin(2.0 * i) + 0.5;
  // The allocator keeps some freed memory for itself. A block has at least 32 bytes.
  size_t before = 0;
  for (int round = 0; round < 60; round++) {
    if (round == 20)
      before = mallinfo2().uordblks;
    for (int i = 0; i < N; i++)
      h[i] = 0;
    product(x, v, g, h);
  }
  CHECK_CLOSE(name, mallinfo2().uordblks >= before + 40 * 32, 0.0, 0.0);
  for (int i = 0; i < N; i++)
    moved[i] = x[i] + 1e-5 * v[i];
  gradient(moved, above, N);
  for (int i = 0; i < N; i++)
    moved[i] = x[i] - 1e-5 * v[i];
  gradient(moved, below, N);
  for (int i = 0; i < N; i++)
    CHECK_CLOSE(name, h[i], (above[i] - below[i]) / 2e-5, NUMERIC);
}

int main(void) {
  check("freed", freed_gradient, freed_product);
  check("in loops", in_loops_gradient, in_loops_product);
  check("resized", resized_gradient, resized_product);
  return check_report();
}
