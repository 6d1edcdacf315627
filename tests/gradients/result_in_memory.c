// A function that returns a large structure through memory: the argument after the function is the shadow of the result.
#include "check.h"

struct big {
  double a, b, c;
};
void __enzyme_autodiff_big(void *, ...);

static struct big f(const double *x) {
  struct big r = {x[0] * x[1], sin(x[0]), x[1] * x[1] * x[1]};
  return r;
}

int main(void) {
  double x[2] = {0.6, -1.2};
  for (int k = 0; k < 3; k++) {
    double dx[2] = {0};
    struct big weights = {k == 0, k == 1, k == 2};
    __enzyme_autodiff_big((void *)f, &weights, enzyme_dup, x, dx);
    CHECK_CLOSE("x0", dx[0], k == 0 ? x[1] : k == 1 ? cos(x[0]) : 0, EXACT);
    CHECK_CLOSE("x1", dx[1], k == 0 ? x[0] : k == 1 ? 0 : 3 * x[1] * x[1], EXACT);
  }
  return check_report();
}
