// Conversions between floats and integers: integers are locally constant, whatever they came from.
#include "check.h"

static double f(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) {
    int truncated = (int)x[i];
    unsigned char small = (unsigned char)(long)fabs(x[i]);
    long long scaled = (long long)(x[i] * 1000.0);
    s += (x[i] - truncated) * x[i] + small * x[0] + (double)scaled * 1e-3 * x[i] + (float)(unsigned)i * x[i];
  }
  return s;
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  dy[0] = 0;
  for (int i = 0; i < n; i++)
    dy[0] += (2 * x[i] - (int)x[i]) * v[i] + (int)fabs(x[i]) * v[0] + ((long long)(x[i] * 1000.0) * 1e-3 + i) * v[i];
}

int main(void) {
  double x[] = {0.50049, -3.70051, 12.25052};
#ifndef SELFTEST // The steps of the truncation are shorter than those of a difference quotient.
  CHECK_FUNCTIONAL(f, 3, x, jvp, EXACT);
#else
  double dy, v[] = {0, 0, 0};
  jvp(x, v, 3, &dy, 1);
  CHECK_CLOSE("zero direction", dy, 0.0, EXACT);
  CHECK_CLOSE("value", f(x, 1), 0.50049 * 0.50049 + 0.5 * 0.50049, EXACT);
#endif
  return check_report();
}
