// QR by Householder reflections: the triangular factor of a rectangular matrix.
#include "check.h"

enum { ROWS = 5, COLUMNS = 3 };

static void f(const double *x, int n, double *y, int m) {
  double a[ROWS][COLUMNS], v[ROWS];
  (void)n;
  (void)m;
  memcpy(a, x, sizeof a);
  for (int k = 0; k < COLUMNS; k++) {
    double norm = 0;
    for (int i = k; i < ROWS; i++)
      norm += a[i][k] * a[i][k];
    norm = copysign(sqrt(norm), a[k][k]);
    double square = 0;
    for (int i = k; i < ROWS; i++) {
      v[i] = a[i][k] + (i == k ? norm : 0.0);
      square += v[i] * v[i];
    }
    for (int j = k; j < COLUMNS; j++) {
      double dot = 0;
      for (int i = k; i < ROWS; i++)
        dot += v[i] * a[i][j];
      for (int i = k; i < ROWS; i++)
        a[i][j] -= 2.0 * dot / square * v[i];
    }
  }
  for (int i = 0, p = 0; i < COLUMNS; i++)
    for (int j = i; j < COLUMNS; j++)
      y[p++] = a[i][j];
}

int main(void) {
  double x[ROWS * COLUMNS];
  for (int i = 0; i < ROWS * COLUMNS; i++)
    x[i] = sin(1.3 * i * i + 0.7); // of full rank, unlike sin(a i + b)
  CHECK_MAP(f, ROWS * COLUMNS, COLUMNS * (COLUMNS + 1) / 2, x, 0, NUMERIC);
  return check_report();
}
