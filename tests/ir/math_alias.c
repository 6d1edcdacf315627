#include "check.h"

double f(const double *x, int n);
double my_sine(double x) { return sin(x); }
double my_cosine(double x) { return cos(x); }

// sin(x0) cos(x1)
static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n, (void)m;
  dy[0] = cos(x[0]) * cos(x[1]) * v[0] - sin(x[0]) * sin(x[1]) * v[1];
}

int main(void) {
  double x[] = {0.6, -1.1};
  CHECK_FUNCTIONAL(f, 2, x, jvp, EXACT);
  return check_report();
}
