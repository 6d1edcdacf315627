// Small structs that the ABI passes and returns in registers: {double, double}, {double, long}, {long, double}.
#include "check.h"

struct pair {
  double a, b;
};
struct tagged {
  double value;
  long tag;
};
struct indexed {
  long index;
  double value;
};

__attribute__((noinline)) static struct pair complex_multiply(struct pair p, struct pair q) {
  struct pair r = {p.a * q.a - p.b * q.b, p.a * q.b + p.b * q.a};
  return r;
}

__attribute__((noinline)) static struct tagged tag(struct pair p) {
  struct tagged t = {p.a + p.b * p.b, p.a > 0 ? 1 : 2};
  return t;
}

__attribute__((noinline)) static struct indexed index_of(struct tagged t) {
  struct indexed r = {t.tag + 1, t.value * (double)t.tag};
  return r;
}

static double f(const double *x, int n) {
  struct pair p = {x[0], x[1]}, q = {x[1], x[2]};
  (void)n;
  for (int i = 0; i < 3; i++)
    p = complex_multiply(p, q);
  struct indexed r = index_of(tag(p));
  return r.value * (double)r.index + p.a;
}

int main(void) {
  double x[] = {0.9, 0.4, -0.7}, y[] = {-0.9, 0.4, 0.7};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 3, y, 0, NUMERIC);
  return check_report();
}
