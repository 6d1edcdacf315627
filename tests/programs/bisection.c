// Bisection has derivative zero where its ends are constant; the Newton step that polishes it restores the right one.
#include "check.h"

static double bisect(double a) {
  double low = 0.0, high = 4.0;
  for (int i = 0; i < 52; i++) {
    double middle = 0.5 * (low + high);
    if (middle * middle > a)
      high = middle;
    else
      low = middle;
  }
  return 0.5 * (low + high);
}

static double polished(double a) {
  double y = bisect(a);
  return y - (y * y - a) / (2.0 * y);
}

// Here the ends depend on a, and so does every midpoint: 30 halvings of an interval of width a.
static double scaled(double a) {
  double low = 0.0, width = a;
  for (int i = 0; i < 30; i++) {
    width *= 0.5;
    if (low + width < 0.3 * a)
      low += width;
  }
  return low;
}

int main(void) {
  CHECK_SCALAR(polished, 2.0, 0.5 / sqrt(2.0), EXACT);
  CHECK_SCALAR(scaled, 1.7, 0.3, 1e-8);
#ifndef SELFTEST
  CHECK_SCALAR(bisect, 2.0, 0.0, 0);
#else
  CHECK_CLOSE("bisect", bisect(2.0), sqrt(2.0), EXACT);
#endif
  return check_report();
}
