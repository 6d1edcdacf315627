// Straight-line arithmetic: every basic operation, values used more than once, constants on either side.
#include "check.h"

static double f(double x) {
  double a = x * x - 3.0 / x;
  double b = -a + 2.0 * x;
  double c = (a * b + 1.0) / (b - 4.5);
  return c - a / 7.0 + (x - b) * c;
}

static double df(double x) {
  double a = x * x - 3.0 / x, da = 2 * x + 3.0 / (x * x);
  double b = -a + 2.0 * x, db = -da + 2.0;
  double c = (a * b + 1.0) / (b - 4.5), dc = ((da * b + a * db) * (b - 4.5) - (a * b + 1.0) * db) / ((b - 4.5) * (b - 4.5));
  return dc - da / 7.0 + (1.0 - db) * c + (x - b) * dc;
}

int main(void) {
  CHECK_SCALAR(f, 1.3, df(1.3), EXACT);
  CHECK_SCALAR(f, -0.8, df(-0.8), EXACT);
  CHECK_SCALAR(f, 2.25, df(2.25), EXACT);
  return check_report();
}
