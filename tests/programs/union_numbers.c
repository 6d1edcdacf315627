// Unions of numbers of two precisions and pointers: which member counts is known from a tag or from the code only.
#include "check.h"

union number {
  double real;
  float pair[2];
  const double *reference;
};
struct tagged {
  enum { REAL, PAIR, REFERENCE } tag;
  union number number;
};

__attribute__((noinline)) static double value(const struct tagged *t) {
  switch (t->tag) {
  case REAL:
    return t->number.real;
  case PAIR:
    return (double)t->number.pair[0] * (double)t->number.pair[1];
  default:
    return *t->number.reference;
  }
}

// The union is copied whole, as the integer that LLVM makes of it.
static double variants(const double *x, int n) {
  struct tagged t[4] = {{.tag = REAL}, {.tag = PAIR}, {.tag = REFERENCE}, {.tag = REAL}}, copies[4];
  (void)n;
  t[0].number.real = x[0] * x[1];
  t[1].number.pair[0] = 1.5f;
  t[1].number.pair[1] = 2.0f;
  t[2].number.reference = &x[1];
  t[3].number.real = x[0] * x[0];
  for (int i = 0; i < 4; i++)
    copies[i] = t[3 - i];
  double s = 0;
  for (int i = 0; i < 4; i++)
    s += value(&copies[i]) * (i + 1);
  return s;
}

// One member is written and the same one is read, of two floats at a time.
static double halves(const double *x, int n) {
  union number a, b;
  (void)n;
  a.pair[0] = (float)x[0];
  a.pair[1] = (float)(x[1] * x[0]);
  b = a;
  return (double)b.pair[0] + 2.0 * (double)b.pair[1];
}

static void variants_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  dy[0] = 2.0 * x[0] * v[0] + 2.0 * v[1] + 4.0 * (v[0] * x[1] + x[0] * v[1]);
}

static void halves_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  dy[0] = v[0] + 2.0 * (v[1] * x[0] + x[1] * v[0]);
}

int main(void) {
  double x[] = {0.75, -1.25};
  CHECK_FUNCTIONAL(variants, 2, x, variants_jvp, EXACT);
  CHECK_FUNCTIONAL(halves, 2, x, halves_jvp, SINGLE);
  return check_report();
}
