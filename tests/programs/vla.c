// Variable-length arrays, one of two dimensions, one made anew in each iteration.
#include "check.h"

static double f(const double *x, int n) {
  double table[n][n + 1];
  for (int i = 0; i < n; i++)
    for (int j = 0; j <= n; j++)
      table[i][j] = x[i] * (j < n ? x[j] : 1.0);
  double s = 0;
  for (int i = 1; i < n; i++) {
    double row[i];
    for (int j = 0; j < i; j++)
      row[j] = table[i][j] + (j ? row[j - 1] : 0.5 * s);
    s += row[i - 1] * table[0][n];
  }
  return s;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 2, x, 0, NUMERIC);
  return check_report();
}
