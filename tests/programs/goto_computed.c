// Computed goto (indirectbr) over a table of labels, as interpreters are written with GNU C.
#include "check.h"

static double f(const double *x, int n) {
  static const void *const labels[] = {&&add, &&multiply, &&sine, &&done};
  static const unsigned char program[] = {0, 1, 2, 1, 0, 2, 3};
  const unsigned char *pc = program;
  double a = x[0];
  (void)n;
  goto *labels[*pc++];
add:
  a += x[1];
  goto *labels[*pc++];
multiply:
  a *= x[2];
  goto *labels[*pc++];
sine:
  a = sin(a);
  goto *labels[*pc++];
done:
  return a;
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  double a = x[0], d = v[0];
  d += v[1], a += x[1];
  d = d * x[2] + a * v[2], a *= x[2];
  d *= cos(a), a = sin(a);
  d = d * x[2] + a * v[2], a *= x[2];
  d += v[1], a += x[1];
  d *= cos(a);
  dy[0] = d;
}

int main(void) {
  double x[] = {0.4, 0.9, 1.3};
  CHECK_FUNCTIONAL(f, 3, x, jvp, EXACT);
  return check_report();
}
