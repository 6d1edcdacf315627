// Running sums, products and maxima in place, upwards with a moving pointer and downwards with an index.
#include "check.h"

static void scan(double *x, int n) {
  for (double *p = x + 1; p != x + n; ++p)
    *p += p[-1];
  double product = 1.0;
  for (int i = n - 1; i >= 0; i--) {
    product *= 1.0 + 0.1 * x[i];
    x[i] = product;
  }
  for (int i = 1; i < n; i++)
    if (x[i] < x[i - 1])
      x[i] = x[i - 1];
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -2.6, 0.4, 0.9}, increasing[] = {-3.0, 0.25, 0.5, 0.75, 1.0};
  CHECK_IN_PLACE(scan, 7, x, 0, NUMERIC);
  CHECK_IN_PLACE(scan, 5, increasing, 0, NUMERIC);
  return check_report();
}
