// Calls through function pointers: a parameter, a choice of two, a constant table, a struct of operations, a callback with context.
#include "check.h"

typedef double (*function)(double);

static double cube(double x) { return x * x * x; }
static double wave(double x) { return sin(2.0 * x); }
static double shift(double x) { return x + 0.25; }

static const function pipeline[] = {wave, shift, cube, 0};

struct operations {
  double (*combine)(double, double);
  function finish;
};

static double multiply(double a, double b) { return a * b; }

__attribute__((noinline)) static double apply(function f, double x) { return f(x) * 1.5; }

__attribute__((noinline)) static double integrate(double (*f)(double, void *), void *context, double a, double b) {
  double s = 0;
  for (int i = 0; i < 8; i++)
    s += f(a + (b - a) * (i + 0.5) / 8.0, context);
  return s * (b - a) / 8.0;
}

static double integrand(double t, void *context) {
  const double *x = context;
  return x[0] * t + x[1] * t * t;
}

static double f(const double *x, int n) {
  static const struct operations operations = {multiply, cube};
  double s = apply(cube, x[0]) + apply(x[1] > 0 ? wave : shift, x[1]);
  double t = x[2];
  for (const function *p = pipeline; *p; p++)
    t = (*p)(t);
  s = operations.combine(s, t) + operations.finish(x[0]);
  return s + integrate(integrand, (void *)x, 0.0, x[n - 1]);
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2}, y[] = {0.5, 0.3, 0.7};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 3, y, 0, NUMERIC);
  return check_report();
}
