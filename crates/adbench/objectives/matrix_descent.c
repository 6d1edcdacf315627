// What gradient descent on a linear map evaluates in each step: |W x - b|^2 / 2. Unknowns: the n x n entries of W.
#include "kernel.h"
#include "scalar.h"

static real half_square(int n, const real *RESTRICT w, const double *RESTRICT x, const double *RESTRICT b) {
  real squares = 0.0;
  for (int i = 0; i < n; i++) {
    real residual = -b[i];
    for (int j = 0; j < n; j++)
      residual += w[(long)i * n + j] * x[j];
    squares += residual * residual;
  }
  return 0.5 * squares;
}

ENTRY_LINKAGE void ENTRY(const struct kernel *given, const real *RESTRICT x, real *RESTRICT y) {
  y[0] = half_square(given->n, x, given->given, given->given + given->n);
}
