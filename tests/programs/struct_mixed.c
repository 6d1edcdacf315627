// Structs that mix floats, integers, pointers and padding, nested, by pointer and by value.
#include "check.h"

struct inner {
  char kind;
  float weight;
  short count;
  double value;
};
struct outer {
  int n;
  struct inner parts[3];
  const double *data;
  struct inner *favourite;
};

__attribute__((noinline)) static double total(const struct outer *o) {
  double s = 0;
  for (int i = 0; i < o->n; i++)
    s += o->parts[i].value * o->parts[i].count + (o->parts[i].kind == 'd' ? o->data[i] : 0.0);
  return s + o->favourite->value;
}

static double f(const double *x, int n) {
  struct outer o = {3,
                    {{'a', 1.0f, 2, x[0]}, {'d', 0.5f, 1, x[1] * x[2]}, {'d', 2.0f, 4, 1.0}},
                    x,
                    &o.parts[n > 2 ? 1 : 0]};
  o.parts[2].value = total(&o);
  o.favourite->value *= x[0];
  return total(&o);
}

int main(void) {
  double x[] = {0.9, 0.4, -0.7};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  return check_report();
}
