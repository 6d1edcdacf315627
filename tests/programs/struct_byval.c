// Large structs passed by value (byval): read, changed in the callee, and not changed in the caller.
#include "check.h"

struct big {
  double a[4];
  int selector;
  double b;
};

__attribute__((noinline)) static double reads(struct big s) { return s.a[s.selector] * s.b + s.a[0]; }

__attribute__((noinline)) static double writes(struct big s) {
  s.a[1] *= s.b;
  s.b = s.a[1] + 1.0;
  s.selector++;
  return reads(s);
}

static double f(const double *x, int n) {
  struct big s = {{x[0], x[1], x[2], x[3]}, 1, x[0] * x[1]};
  (void)n;
  double r = writes(s);
  return r + reads(s) * s.a[1];
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  double b = x[0] * x[1], db = v[0] * x[1] + x[0] * v[1];
  double a1 = x[1] * b, da1 = v[1] * b + x[1] * db;
  double dr = v[2] * (a1 + 1) + x[2] * da1 + v[0];
  double q = x[1] * b + x[0], dq = v[1] * b + x[1] * db + v[0];
  dy[0] = dr + dq * x[1] + q * v[1];
}

int main(void) {
  double x[] = {0.5, -1.5, 2.0, 0.75};
  CHECK_FUNCTIONAL(f, 4, x, jvp, EXACT);
  return check_report();
}
