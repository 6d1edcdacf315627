// Functions on the parts of a float: frexp, ldexp, scalbn, scalbln, modf.
#define _GNU_SOURCE
#include "table.h"

static double parts(double x) {
  int exponent;
  double mantissa = frexp(x, &exponent);
  return mantissa * mantissa + exponent * x;
}

static double parts_derivative(double x) {
  int exponent;
  double mantissa = frexp(x, &exponent);
  return 2 * mantissa * ldexp(1.0, -exponent) + exponent;
}

static double fraction_and_whole(double x) {
  double whole, fraction = modf(x, &whole);
  return fraction * fraction + whole * x;
}

#define FUNCTIONS(APPLY)                                                                                              \
  APPLY(parts, parts(x), parts_derivative(x), 0.7, -2.3, 5.25)                                                        \
  APPLY(modf, fraction_and_whole(x), 2 * (x - trunc(x)) + trunc(x), 0.7, -2.3, 5.25)                                  \
  APPLY(ldexp, ldexp(x * x, 3), 16 * x, 0.7, -2.3, 5.25)                                                              \
  APPLY(ldexp_variable, ldexp(x * x, (int)x), ldexp(2 * x, (int)x), 0.7, -2.3, 5.25)                                  \
  APPLY(scalbn, scalbn(x * x, -2), 0.5 * x, 0.7, -2.3, 5.25)                                                          \
  APPLY(scalbln, scalbln(x * x, -2L), 0.5 * x, 0.7, -2.3, 5.25)

FUNCTIONS(DEFINE)

int main(void) {
  FUNCTIONS(RUN)
  return check_report();
}
