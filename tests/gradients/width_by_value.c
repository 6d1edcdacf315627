// Three seeds at once: derivatives by value are arrays, shadows are three objects.
#include "check.h"

struct triples {
  double x[3], y[3];
};
struct triples __enzyme_autodiff_triples(void *, ...);

static double f(double x, double y, const double *p, int n) {
  double s = x * y;
  for (int i = 0; i < n; i++)
    s += x * p[i] * p[i];
  return s;
}

int main(void) {
  double p[3] = {0.5, -1, 2}, d[3][3] = {{0}, {1, 1, 1}, {2, 2, 2}};
  struct triples g = __enzyme_autodiff_triples((void *)f, enzyme_width, 3, 0.7, 1.3, enzyme_dup, p, d[0], d[1], d[2],
                                               enzyme_const, 3);
  for (int k = 0; k < 3; k++) {
    CHECK_CLOSE("x", g.x[k], 1.3 + 0.25 + 1 + 4, EXACT);
    CHECK_CLOSE("y", g.y[k], 0.7, EXACT);
    for (int i = 0; i < 3; i++)
      CHECK_CLOSE("p", d[k][i], 2 * 0.7 * p[i] + k, EXACT);
  }
  return check_report();
}
