// A loop that is entered at two places: irreducible control flow.
#include "check.h"

static double f(const double *x, int n) {
  double s = 0.5;
  int i = 0;
  if (x[0] > 0)
    goto second;
first:
  s = s * x[1] + 0.25;
  i++;
  if (i > n)
    return s;
second:
  s = s + sin(x[0] * s);
  i++;
  if (i < 2 * n)
    goto first;
  return s * x[1];
}

// A state machine: every state jumps anywhere.
static double machine(const double *x, int n) {
  static const unsigned char program[] = {0, 2, 1, 1, 2, 0, 2, 3};
  const unsigned char *pc = program;
  double a = x[0];
  (void)n;
dispatch:
  switch (*pc++) {
  case 0: goto add;
  case 1: goto multiply;
  case 2: goto sine;
  default: return a;
  }
add:
  a += x[1];
  if (a > 10.0)
    goto multiply;
  goto dispatch;
multiply:
  a *= x[2];
  if (a > 1.0)
    goto sine;
  goto dispatch;
sine:
  a = sin(a) + 0.5;
  if (a < -10.0)
    goto add;
  goto dispatch;
}

int main(void) {
  double x[] = {0.4, 0.9, 1.3}, y[] = {-0.4, 1.1, 0.7};
  CHECK_FUNCTIONAL(f, 2, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 2, y, 0, NUMERIC);
  CHECK_FUNCTIONAL(machine, 3, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(machine, 3, y, 0, NUMERIC);
  return check_report();
}
