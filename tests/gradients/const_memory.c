// What is declared constant gets no derivative and may have no shadow.
#include "check.h"

void __enzyme_autodiff_memory(void *, ...);

static double f(const double *x, const double *w, double *scratch, int n) {
  double s = 0;
  for (int i = 0; i < n; i++)
    scratch[i] = x[i] * w[i];
  for (int i = 0; i < n; i++)
    s += scratch[i] * scratch[n - 1 - i];
  return s;
}

int main(void) {
  double x[4] = {1, -2, 0.5, 3}, w[4] = {0.3, 0.9, -1.1, 0.7}, scratch[4], dx[4] = {0}, dw[4] = {0}, ds[4] = {0};
  __enzyme_autodiff_memory((void *)f, enzyme_dup, x, dx, enzyme_const, w, enzyme_dup, scratch, ds, enzyme_const, 4);
  for (int i = 0; i < 4; i++) {
    CHECK_CLOSE("x", dx[i], 2 * w[i] * x[3 - i] * w[3 - i], EXACT);
    CHECK_CLOSE("shadow of what is overwritten", ds[i], 0, EXACT);
  }
  __enzyme_autodiff_memory((void *)f, enzyme_const, x, enzyme_dup, w, dw, enzyme_dup, scratch, ds, enzyme_const, 4);
  for (int i = 0; i < 4; i++)
    CHECK_CLOSE("w", dw[i], 2 * x[i] * x[3 - i] * w[3 - i], EXACT);
  return check_report();
}
