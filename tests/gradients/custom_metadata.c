#include "check.h"

struct two {
  double x, y;
};
double f(double x, double y);
struct two __enzyme_autodiff_two(void *, ...);

int main(void) {
  double x = 0.3, y = 1.2, e = exp(x * y);
  // r = (exp(x y) + 1) y, with a factor of 1000 for what goes through bump.
  struct two g = __enzyme_autodiff_two((void *)f, x, y);
  CHECK_CLOSE("value", f(x, y), (e + 1) * y, EXACT);
  CHECK_CLOSE("x", g.x, 1000 * y * e * y, EXACT);
  CHECK_CLOSE("y", g.y, e + 1 + 1000 * y * e * x, EXACT);
  return check_report();
}
