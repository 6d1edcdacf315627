// Memory that is allocated and freed in every iteration, with nonlinear use of its contents.
#include "check.h"

static double f(const double *x, int n) {
  double carry = 0.5;
  for (int i = 0; i < n; i++) {
    double *t = malloc(sizeof(double) * (size_t)(i + 2));
    t[0] = carry;
    for (int j = 0; j <= i; j++)
      t[j + 1] = t[j] * sin(x[j]) + x[i];
    carry = t[i + 1] * t[i / 2];
    free(t);
  }
  return carry;
}

int main(void) {
  double x[5] = {0.9, 1.3, -0.7, 0.4, 1.1};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  return check_report();
}
