// Polynomials: Horner, Clenshaw for Chebyshev series; derivative in point and coefficients.
#include "check.h"

// x = {t, coefficients from low to high}
static double horner(const double *x, int n) {
  double r = 0;
  for (int i = n - 1; i > 0; i--)
    r = r * x[0] + x[i];
  return r;
}

static void horner_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  dy[0] = 0;
  for (int i = 1; i < n; i++) {
    dy[0] += v[i] * pow(x[0], i - 1);
    if (i > 1)
      dy[0] += x[i] * (i - 1) * pow(x[0], i - 2) * v[0];
  }
}

static double clenshaw(const double *x, int n) {
  double b1 = 0, b2 = 0;
  for (int i = n - 1; i > 1; i--) {
    double b = 2 * x[0] * b1 - b2 + x[i];
    b2 = b1;
    b1 = b;
  }
  return x[0] * b1 - b2 + x[1];
}

// T_k(t) = cos(k acos t), T_k'(t) = k sin(k acos t) / sin(acos t).
static void clenshaw_jvp(const double *x, const double *v, int n, double *dy, int m) {
  double a = acos(x[0]);
  (void)m;
  dy[0] = 0;
  for (int k = 0; k < n - 1; k++)
    dy[0] += v[k + 1] * cos(k * a) + x[k + 1] * k * sin(k * a) / sin(a) * v[0];
}

int main(void) {
  double x[] = {0.6, 1.0, -2.0, 0.5, 0.75, -1.5, 0.25};
  CHECK_FUNCTIONAL(horner, 7, x, horner_jvp, EXACT);
  CHECK_FUNCTIONAL(clenshaw, 7, x, clenshaw_jvp, EXACT);
  return check_report();
}
