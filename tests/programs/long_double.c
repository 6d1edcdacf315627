// long double (80 bits on x86-64): arithmetic, calls, memory, and conversion from and to double.
#include "check.h"

long double __enzyme_fwddiff_long_double(void *, ...);

static long double f(long double x) {
  long double terms[5], s = 0.0L;
  for (int i = 0; i < 5; i++)
    terms[i] = sinl(x * (i + 1)) / (i + 1);
  for (int i = 0; i < 5; i++)
    s += terms[i] * terms[i];
  return s * 0.5L + expl(-x);
}

static double df(double x) {
  double d = 0;
  for (int i = 0; i < 5; i++)
    d += sin(x * (i + 1)) / (i + 1) * cos(x * (i + 1));
  return d - exp(-x);
}

static double through_double(double x) { return (double)f((long double)x * 2.0L); }

int main(void) {
  long double h = 1e-5L;
  CHECK_CLOSE("f", (double)DERIVATIVE(__enzyme_fwddiff_long_double((void *)f, 0.7L, 1.0L), (f(0.7L + h) - f(0.7L - h)) / (2 * h)),
              df(0.7), EXACT);
  CHECK_SCALAR(through_double, 0.3, 2 * df(0.6), EXACT);
  CHECK_SCALAR(through_double, -0.9, 2 * df(-1.8), EXACT);
  return check_report();
}
