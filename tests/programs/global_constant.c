// Global data that carries no derivative: constant tables of doubles, integers, structs, strings, and tables of tables.
#include "check.h"

static const double nodes[] = {-0.9061798459386640, -0.5384693101056831, 0.0, 0.5384693101056831, 0.9061798459386640};
static const double weights[] = {0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891};
static const int order[] = {4, 3, 2, 1, 0};
static const struct {
  const char *name;
  double factor;
} units[] = {{"metre", 1.0}, {"foot", 0.3048}, {"inch", 0.0254}};
static const double *const tables[] = {nodes, weights};

// Integral of exp(x t) over [-1, 1] by Gauss-Legendre, in feet.
static double f(double x) {
  double s = 0;
  for (int i = 0; i < 5; i++)
    s += tables[1][order[i]] * exp(x * tables[0][order[i]]);
  for (int i = 0; i < 3; i++)
    if (strcmp(units[i].name, "foot") == 0)
      s *= units[i].factor;
  return s;
}

static double df(double x) { return 0.3048 * (exp(x) + exp(-x) - (exp(x) - exp(-x)) / x) / x; }

int main(void) {
  CHECK_SCALAR(f, 0.5, df(0.5), 1e-8);
  CHECK_SCALAR(f, -1.0, df(-1.0), 1e-6);
  CHECK_SCALAR_FD(f, 1.5);
  return check_report();
}
