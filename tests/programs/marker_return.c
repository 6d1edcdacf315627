// Activity of the return: enzyme_const_return leaves only what is asked besides, enzyme_dup_return is the usual one.
#include "check.h"

extern int enzyme_const_return, enzyme_dup_return, enzyme_primal_return;

static double f(const double *x, double *y) {
  y[0] = x[0] * x[0];
  return y[0] + 1.0;
}

int main(void) {
  double x[] = {3.0}, dx[] = {0.5}, y[1] = {0}, dy[1] = {0};
  CHECK_CLOSE("primal only", DERIVATIVE(__enzyme_fwddiff((void *)f, enzyme_const_return, enzyme_primal_return, enzyme_dup, x, dx, enzyme_dup, y, dy),
                                        (dy[0] = 3.0, f(x, y))),
              10.0, EXACT);
  CHECK_CLOSE("dy", dy[0], 3.0, EXACT);
  dy[0] = 0;
  CHECK_CLOSE("dup return", DERIVATIVE(__enzyme_fwddiff((void *)f, enzyme_dup_return, enzyme_dup, x, dx, enzyme_dup, y, dy), (dy[0] = 3.0)), 3.0, EXACT);
  dy[0] = 0;
#ifdef SELFTEST
  dy[0] = dx[0] * 6.0;
#else
  __enzyme_fwddiff_void((void *)f, enzyme_const_return, enzyme_dup, x, dx, enzyme_dup, y, dy);
#endif
  CHECK_CLOSE("nothing returned", dy[0], 3.0, EXACT);
  return check_report();
}
