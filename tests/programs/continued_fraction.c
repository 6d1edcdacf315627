// Continued fractions, upwards by convergents (with rescaling) and downwards: tan and log.
#include "check.h"

static double tangent(double x) {
  double r = 0;
  for (int k = 25; k > 0; k -= 2)
    r = x * x / (k + 2.0 - r);
  return x / (1.0 - r);
}

// log(1 + x) = x / (1 + x / (2 + x / (3 + 4x / (4 + 4x / (5 + 9x / ...
static double logarithm(double x) {
  double p0 = 1, q0 = 0, p1 = 0, q1 = 1;
  for (int k = 1; k < 60; k++) {
    double a = k == 1 ? x : (double)(k / 2) * (double)(k / 2) * x, b = k;
    double p = b * p1 + a * p0, q = b * q1 + a * q0;
    p0 = p1, q0 = q1, p1 = p, q1 = q;
    if (fabs(q) > 1e10) {
      p0 *= 1e-10, q0 *= 1e-10, p1 *= 1e-10, q1 *= 1e-10;
    }
  }
  return p1 / q1;
}

int main(void) {
  CHECK_SCALAR(tangent, 0.7, 1 + tan(0.7) * tan(0.7), EXACT);
  CHECK_SCALAR(tangent, -1.2, 1 + tan(1.2) * tan(1.2), EXACT);
  CHECK_SCALAR(logarithm, 0.5, 1 / 1.5, EXACT);
  CHECK_SCALAR(logarithm, 2.0, 1 / 3.0, EXACT);
  return check_report();
}
