// The logarithm of the determinant of a symmetric positive definite n x n matrix, by Cholesky's factorization of a copy of its lower
// triangle. Unknowns: the n x n entries, of which those above the diagonal are not read.
#include "kernel.h"
#include "scalar.h"

static real log_determinant(int n, const real *RESTRICT matrix) {
  real *factor = REALS(n * n), sum = 0.0;
  for (int i = 0; i < n; i++) {
    real *row = &factor[i * n];
    for (int j = 0; j <= i; j++) {
      const real *other = &factor[j * n];
      real rest = matrix[i * n + j];
      for (int k = 0; k < j; k++)
        rest -= row[k] * other[k];
      if (j < i)
        row[j] = rest / other[j];
      else
        row[j] = sqrt(rest);
    }
    sum += log(row[i]);
  }
  RELEASE(factor);
  return 2.0 * sum;
}

ENTRY_LINKAGE void ENTRY(const struct kernel *given, const real *RESTRICT x, real *RESTRICT y) { y[0] = log_determinant(given->n, x); }
