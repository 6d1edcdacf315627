// Functions chosen from a table by the iteration, which write through pointers and return values.
#include "check.h"

typedef double (*step)(double *state, double x);

static double grow(double *state, double x) {
  *state += x * x;
  return *state * x;
}
static double turn(double *state, double x) {
  double old = *state;
  *state = sin(old) + 0.5 * x;
  return old * *state;
}
static double rest(double *state, double x) { return *state - x; }

static const step table[3] = {grow, turn, rest};

static double f(const double *x, int n) {
  double state = 0.4, total = 0;
  for (int i = 0; i < 2 * n; i++)
    total += table[(i * i) % 3](&state, x[i % n]);
  return total * state;
}

int main(void) {
  double x[4] = {0.6, -0.9, 0.4, 0.8};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
