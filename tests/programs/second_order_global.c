// Second and third derivatives of functions that keep their state in global variables: every order has shadows of its own.
#include "check.h"

static double total;
static double table[3];
static struct {
  double last;
  double *at;
} state = {0.0, table};
static int uses;

__attribute__((noinline)) static void add(double x) {
  total += x * state.last;
  state.last = x;
  uses++;
  state.at[uses % 3] *= x;
}

// With t = x^2: total = 1 * x + x * t = x + x^3; last = t; table = {1, x, t}, so f = (x + x^3) x^2 + x^3 = x^5 + 2 x^3.
static double f(double x) {
  total = 0;
  state.last = 1;
  uses = 0;
  for (int i = 0; i < 3; i++)
    table[i] = 1;
  add(x);
  add(x * x);
  return total * state.last + table[1] * table[2];
}

#ifdef SELFTEST
static double d1(double x) { return 5 * x * x * x * x + 6 * x * x; }
static double d2(double x) { return 20 * x * x * x + 12 * x; }
static double d3(double x) { return check_scalar_difference(d2, x); }
#else
static double d1(double x) { return __enzyme_fwddiff((void *)f, x, 1.0); }
static double d2(double x) { return __enzyme_fwddiff((void *)d1, x, 1.0); }
static double d3(double x) { return __enzyme_fwddiff((void *)d2, x, 1.0); }
#endif

int main(void) {
  double x = 1.25;
  CHECK_CLOSE("f", f(x), pow(x, 5) + 2 * pow(x, 3), EXACT);
  CHECK_CLOSE("first", d1(x), 5 * pow(x, 4) + 6 * pow(x, 2), EXACT);
  CHECK_CLOSE("second", d2(x), 20 * pow(x, 3) + 12 * x, EXACT);
  CHECK_CLOSE("third", d3(x), 60 * pow(x, 2) + 12, EXACT);
  // The orders do not disturb one another.
  CHECK_CLOSE("first again", d1(x), 5 * pow(x, 4) + 6 * pow(x, 2), EXACT);
  return check_report();
}
