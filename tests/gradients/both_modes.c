// Tangents and gradients of one function in one program: each mode has shadows of global variables, and tables of functions, of its own.
#include "check.h"

void __enzyme_autodiff_memory(void *, ...);

typedef double operation(double, double);

static double add(double a, double b) { return a + b * b; }
static double scale(double a, double b) { return a * b; }
static double wave(double a, double b) { return a * sin(b); }

static operation *const table[] = {add, scale, wave};

static double total;

struct step {
  operation *apply;
  double by;
};

static double f(const double *x, int n) {
  struct step steps[6];
  for (int i = 0; i < n; i++) {
    steps[i].apply = table[i % 3];
    steps[i].by = x[i];
  }
  double s = 1;
  for (int i = 0; i < n; i++) {
    s = steps[i].apply(s, steps[i].by);
    total += s * x[i];
  }
  return s * total;
}

int main(void) {
  double x[6] = {0.7, 1.3, 0.4, -0.8, 1.9, 0.6};
  for (int round = 0; round < 3; round++) {
    double gradient[6] = {0};
    total = 0.5;
    __enzyme_autodiff_memory((void *)f, enzyme_dup, x, gradient, enzyme_const, 6);
    for (int i = 0; i < 6; i++) {
      double direction[6] = {0}, up[6], down[6], h = 1e-6;
      direction[i] = 1;
      total = 0.5;
      double tangent = __enzyme_fwddiff((void *)f, enzyme_dup, x, direction, enzyme_const, 6);
      memcpy(up, x, sizeof x), memcpy(down, x, sizeof x);
      up[i] += h, down[i] -= h;
      total = 0.5;
      double above = f(up, 6);
      total = 0.5;
      double below = f(down, 6);
      CHECK_CLOSE("tangent", tangent, (above - below) / (2 * h), NUMERIC);
      CHECK_CLOSE("gradient", gradient[i], tangent, EXACT);
    }
  }
  return check_report();
}
