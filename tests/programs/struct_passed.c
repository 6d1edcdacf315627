// Structures of floats that are passed in registers or as copies in memory.
#include "check.h"

struct point {
  double x, y;
};
struct large {
  double v[5];
  int n;
};

__attribute__((noinline)) static double area(struct point a, struct point b) { return a.x * b.y - a.y * b.x * b.x; }

__attribute__((noinline)) static double total(struct large l) {
  double s = 1;
  for (int i = 0; i < l.n; i++) {
    l.v[i] *= l.v[i];
    s *= l.v[i] + 1;
  }
  return s;
}

static double f(const double *x, int n) {
  struct point a = {x[0], x[1]}, b = {x[2], x[3]};
  struct large l = {{x[0], x[1], x[2], x[3], a.x * b.y}, 5};
  (void)n;
  return area(a, b) * total(l);
}

int main(void) {
  double x[4] = {0.8, -0.5, 0.3, 1.1};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
