// A Hessian by forward mode over reverse mode, against its closed form.
#include "check.h"

void __enzyme_autodiff_gradient(void *, ...);
void __enzyme_fwddiff_gradient(void *, ...);

static double f(const double *x, int n) {
  double s = 0, p = 1;
  for (int i = 0; i < n; i++) {
    s += sin(x[i]) * x[i];
    p *= x[i];
  }
  return s + p;
}

static void gradient(const double *x, double *dx, int n) {
  for (int i = 0; i < n; i++)
    dx[i] = 0;
  __enzyme_autodiff_gradient((void *)f, enzyme_dup, x, dx, enzyme_const, n);
}

int main(void) {
  enum { N = 4 };
  double x[N] = {0.6, -1.2, 0.9, 1.7};
  for (int j = 0; j < N; j++) {
    double v[N] = {0}, g[N], h[N] = {0};
    v[j] = 1;
    __enzyme_fwddiff_gradient((void *)gradient, enzyme_dup, x, v, enzyme_dup, g, h, enzyme_const, N);
    for (int i = 0; i < N; i++) {
      double others = 1;
      for (int k = 0; k < N; k++)
        if (k != i && k != j)
          others *= x[k];
      double want = i == j ? 2 * cos(x[i]) - sin(x[i]) * x[i] : others;
      CHECK_CLOSE("second derivative", h[i], want, EXACT);
    }
  }
  return check_report();
}
