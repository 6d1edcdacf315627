// Registered rules: a forward derivative, a function that behaves as a library one, an inactive function, an inactive global.
#include "check.h"

struct pair {
  double primal, shadow;
};

// The registered derivative is wrong on purpose by a factor of two where it is used, which shows that it is: the program expects
// twice the derivative of the body.
static __attribute__((noinline)) double cube(double x) { return x * x * x; }
static __attribute__((used, noinline)) struct pair cube_tangent(double x, double dx) {
  struct pair result = {x * x * x, 2 * (3 * x * x * dx)};
  return result;
}
void *__enzyme_register_derivative_cube[] = {(void *)cube, (void *)cube_tangent};

// Only its name says what it computes: it has no body here that could be differentiated.
__attribute__((noinline)) static double own_sine(double x) {
  volatile double hidden = x;
  return sin(hidden);
}
void *__enzyme_function_like_own_sine[] = {(void *)own_sine, "sin"};

static __attribute__((noinline)) double logged(double x) { return x * 1000; }
void *__enzyme_inactivefn_logged[] = {(void *)logged};

static double state = 2.0;
void *__enzyme_inactive_global_state[] = {(void *)&state};

static __attribute__((noinline, annotate("enzyme_inactive"))) double annotated(double x) { return x * x; }

static double f(double x) { return cube(x) + own_sine(x) + logged(x) * 0.001 + state * x + annotated(x); }

int main(void) {
  for (double x = 0.25; x < 2; x += 0.5) {
    double want = 2 * 3 * x * x + cos(x) + state;
    CHECK_CLOSE("f'", DERIVATIVE(__enzyme_fwddiff((void *)f, enzyme_dup, x, 1.0), want), want, EXACT);
  }
  return check_report();
}
