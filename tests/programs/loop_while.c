// while loops: a series summed until its terms are small, and a loop that may run zero times.
#include "check.h"

// exp(x) by its series.
static double series(double x) {
  double term = 1.0, sum = 1.0;
  int k = 1;
  while (fabs(term) > 1e-17) {
    term *= x / k;
    sum += term;
    k++;
  }
  return sum;
}

static double zero_trips(double x) {
  double r = x;
  while (r > 10.0)
    r *= 0.25;
  return r * r;
}

int main(void) {
  CHECK_SCALAR(series, 0.75, exp(0.75), EXACT);
  CHECK_SCALAR(series, -2.0, exp(-2.0), EXACT);
  CHECK_SCALAR(zero_trips, 3.0, 6.0, EXACT);
  CHECK_SCALAR(zero_trips, 30.0, 2.0 * 30.0 / 16.0, EXACT);
  CHECK_SCALAR(zero_trips, 100.0, 2.0 * 100.0 / 256.0, EXACT);
  return check_report();
}
