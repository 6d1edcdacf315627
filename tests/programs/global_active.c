// Global variables that carry derivatives inside the function: scalar, array, struct, static local, pointer to one.
#include "check.h"

static double accumulator;
static double table[4];
static struct {
  int uses;
  double last;
} state;
static double *cursor = table;

__attribute__((noinline)) static void remember(double x) {
  static double previous;
  accumulator += x * previous;
  previous = x;
  state.uses++;
  state.last = x;
}

static double f(const double *x, int n) {
  accumulator = 0;
  remember(0.0);
  for (int i = 0; i < n; i++) {
    table[i] = x[i] * 2.0;
    remember(x[i] * x[i]);
  }
  cursor[1] *= state.last;
  return accumulator + table[0] * table[1] + cursor[n - 1];
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
