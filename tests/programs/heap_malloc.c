// malloc and free: in straight code, in a loop, aliased through another pointer, freed in another function.
#include "check.h"

__attribute__((noinline)) static void release(double *p) { free(p); }

static double f(const double *x, int n) {
  double *a = malloc(sizeof(double) * (size_t)n);
  double s = 0;
  for (int i = 0; i < n; i++)
    a[i] = x[i] * x[i] + (i ? a[i - 1] : 0.5);
  for (int i = 0; i < n; i++) {
    double *b = malloc(sizeof *b * 2);
    double *alias = b + 1;
    *alias = a[i] * x[0];
    b[0] = 1.5 * b[1];
    s += b[0] * alias[0];
    free(b);
  }
  s += a[n - 1];
  release(a);
  return s;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 1, x, 0, NUMERIC);
  return check_report();
}
