// The gradient of log det A by hand: the inverse of A, from its factor: the factor's inverse, then its product with its transpose. The objective
// reads the lower triangle only, so that an entry below the diagonal stands for two.
#include <math.h>
#include <stdlib.h>

#include "kernel.h"

static double dot(int n, const double *restrict a, const double *restrict b) {
  double sum = 0.0;
  for (int i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

// Factors the lower triangle; returns the logarithm of the determinant.
static double factorize(int n, const double *restrict matrix, double *restrict factor) {
  double sum = 0.0;
  for (int i = 0; i < n; i++) {
    double *row = &factor[i * n];
    for (int j = 0; j < i; j++)
      row[j] = (matrix[i * n + j] - dot(j, row, &factor[j * n])) / factor[j * n + j];
    row[i] = sqrt(matrix[i * n + i] - dot(i, row, row));
    sum += log(row[i]);
  }
  return 2.0 * sum;
}

// The inverse of a lower triangular matrix, transposed: row j has the inverse's column j, from its diagonal on.
static void invert(int n, const double *restrict factor, double *restrict inverse) {
  for (int j = 0; j < n; j++) {
    double *column = &inverse[j * n];
    column[j] = 1.0 / factor[j * n + j];
    for (int i = j + 1; i < n; i++)
      column[i] = -dot(i - j, &factor[i * n + j], column + j) / factor[i * n + i];
  }
}

void manual_gradient(const void *constants, const double *restrict x, double *restrict y, double *restrict w,
                     double *restrict gradient) {
  const struct kernel *given = constants;
  int n = given->n;
  double *factor = malloc(sizeof *factor * 2 * (size_t)n * (size_t)n), *inverse = factor + (long)n * n;
  *y = factorize(n, x, factor);
  invert(n, factor, inverse);
  for (int i = 0; i < n; i++)
    for (int j = 0; j <= i; j++)
      gradient[i * n + j] += (i == j ? 1.0 : 2.0) * *w * dot(n - i, &inverse[i * n + i], &inverse[j * n + i]);
  *w = 0.0;
  free(factor);
}
