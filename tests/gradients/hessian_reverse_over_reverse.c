// A Hessian by reverse mode over reverse mode, and the same by reverse mode over forward mode.
#include "check.h"

void __enzyme_autodiff_inner(void *, ...);
void __enzyme_autodiff_outer(void *, ...);
double __enzyme_fwddiff_inner(void *, ...);

static double f(const double *x, int n) {
  double r = 0.5;
  for (int i = 0; i < n; i++)
    r = r * x[i] + cos(x[i]);
  return r;
}

static double along_reverse(const double *x, const double *v, int n) {
  double g[8] = {0}, s = 0;
  __enzyme_autodiff_inner((void *)f, enzyme_dup, x, g, enzyme_const, n);
  for (int i = 0; i < n; i++)
    s += g[i] * v[i];
  return s;
}

static double along_forward(const double *x, const double *v, int n) {
  return __enzyme_fwddiff_inner((void *)f, enzyme_dup, x, v, enzyme_const, n);
}

// The derivative of f with respect to x[i], by hand.
static double partial(const double *x, int n, int i) {
  double r = 0.5;
  for (int k = 0; k < i; k++)
    r = r * x[k] + cos(x[k]);
  double d = r - sin(x[i]);
  for (int k = i + 1; k < n; k++)
    d *= x[k];
  return d;
}

int main(void) {
  enum { N = 4 };
  double x[N] = {0.6, -1.2, 0.9, 1.7};
  for (int j = 0; j < N; j++) {
    double v[N] = {0}, a[N] = {0}, b[N] = {0};
    v[j] = 1;
    __enzyme_autodiff_outer((void *)along_reverse, enzyme_dup, x, a, enzyme_const, v, enzyme_const, N);
    __enzyme_autodiff_outer((void *)along_forward, enzyme_dup, x, b, enzyme_const, v, enzyme_const, N);
    for (int i = 0; i < N; i++) {
      double h = 1e-4, above[N], below[N];
      memcpy(above, x, sizeof x);
      memcpy(below, x, sizeof x);
      above[i] += h;
      below[i] -= h;
      double want = (partial(above, N, j) - partial(below, N, j)) / (2 * h);
      CHECK_CLOSE("reverse over reverse", a[i], want, 1e-6);
      CHECK_CLOSE("reverse over forward", b[i], want, 1e-6);
      CHECK_CLOSE("both ways", a[i], b[i], EXACT);
    }
  }
  return check_report();
}
