// Derivatives of arguments that are passed by value come back by value, in order; unmarked floats are such arguments.
#include "check.h"

extern int enzyme_out;
struct two {
  double x, y;
};
struct two __enzyme_autodiff_two(void *, ...);
double __enzyme_autodiff_one(void *, ...);

static double f(double x, int n, double y) {
  double r = 1;
  for (int i = 0; i < n; i++)
    r = r * x + y * y;
  return r;
}

int main(void) {
  double x = 0.7, y = -0.4;
  // r = x^3 + y^2 (x^2 + x + 1)
  double dx = 3 * x * x + y * y * (2 * x + 1), dy = 2 * y * (x * x + x + 1);
  struct two g = __enzyme_autodiff_two((void *)f, enzyme_out, x, enzyme_const, 3, enzyme_out, y);
  CHECK_CLOSE("x, marked", g.x, dx, EXACT);
  CHECK_CLOSE("y, marked", g.y, dy, EXACT);
  g = __enzyme_autodiff_two((void *)f, x, 3, y);
  CHECK_CLOSE("x, unmarked", g.x, dx, EXACT);
  CHECK_CLOSE("y, unmarked", g.y, dy, EXACT);
  CHECK_CLOSE("only x", __enzyme_autodiff_one((void *)f, x, 3, enzyme_const, y), dx, EXACT);
  CHECK_CLOSE("only y", __enzyme_autodiff_one((void *)f, enzyme_const, x, 3, y), dy, EXACT);
  return check_report();
}
