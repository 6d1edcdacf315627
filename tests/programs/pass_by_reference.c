// Outputs by reference, as Fortran does for everything: scalars, aliased input and output, an unused output.
#include "check.h"

static void f_(const double *a, const double *b, const int *n, double *sum, double *product, double *unused) {
  (void)unused;
  *sum = *a;
  *product = 1.0;
  for (int i = 0; i < *n; i++) {
    *sum += *b;
    *product *= *a;
  }
}

static void in_out(double *restrict x, double *restrict y) {
  double t = *x * *y;
  *y = *x + t;
  *x = t;
}

int main(void) {
  double a = 2.0, da = 1.0, b = 3.0, db = -0.5, s, ds = 9, p, dp = 9, u = 1, du = 7;
  int n = 3;
#ifdef SELFTEST
  f_(&a, &b, &n, &s, &p, &u);
  ds = da + 3 * db, dp = 12.0 * da;
#else
  __enzyme_fwddiff_void((void *)f_, enzyme_dup, &a, &da, enzyme_dup, &b, &db, enzyme_const, &n, enzyme_dup, &s, &ds, enzyme_dup, &p,
                        &dp, enzyme_dup, &u, &du);
#endif
  CHECK_CLOSE("s", s, 11.0, EXACT);
  CHECK_CLOSE("ds", ds, 1.0 - 1.5, EXACT);
  CHECK_CLOSE("p", p, 8.0, EXACT);
  CHECK_CLOSE("dp", dp, 12.0, EXACT);
  CHECK_CLOSE("untouched shadow", du, 7.0, 0);
#ifdef SELFTEST
  in_out(&a, &b);
  da = 2.0, db = 3.0;
#else
  __enzyme_fwddiff_void((void *)in_out, &a, &da, &b, &db);
#endif
  CHECK_CLOSE("x", a, 6.0, EXACT);
  CHECK_CLOSE("y", b, 8.0, EXACT);
  CHECK_CLOSE("dx", da, 1.0 * 3.0 + 2.0 * -0.5, EXACT);
  CHECK_CLOSE("dy", db, 1.0 + 1.0 * 3.0 + 2.0 * -0.5, EXACT);
  return check_report();
}
