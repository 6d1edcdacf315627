#include "check.h"

struct tape_and_value {
  void *tape;
  double value;
};
double f(double x, double *p);
struct tape_and_value __enzyme_augmentfwd(void *, ...);
double __enzyme_fwdsplit(void *, ...);

int main(void) {
  double x = 0.3, y = 1.2, p = y, dp = 1;
  struct tape_and_value r = __enzyme_augmentfwd((void *)f, x, &p, &dp);
  p = NAN;
  CHECK_CLOSE("value", r.value, x * y * y * y, EXACT);
  // t3 = s(s(s x)), each call twice its derivative: dt = 2 (ds y + s dy), three times, with ds = 0 and dy = 1.
  double s0 = x, s1 = x * y, s2 = s1 * y, d1 = 2 * s0, d2 = 2 * (d1 * y + s1), d3 = 2 * (d2 * y + s2);
  CHECK_CLOSE("tangent", __enzyme_fwdsplit((void *)f, x, 0.0, &p, &dp, r.tape), d3, EXACT);
  return check_report();
}
