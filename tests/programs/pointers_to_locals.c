// Addresses of local variables go down three levels, are kept in structures and written through.
#include "check.h"

struct view {
  double *value;
  struct view *next;
};

__attribute__((noinline)) static void scale(struct view *v, double by) {
  for (; v; v = v->next)
    *v->value *= by;
}

__attribute__((noinline)) static double combine(struct view *v, double x) {
  double local = x * x;
  struct view head = {&local, v};
  scale(&head, 1 + 0.5 * x);
  return local * *v->value;
}

static double f(const double *x, int n) {
  double a = x[0], b = x[1], total = 0;
  struct view second = {&b, 0}, first = {&a, &second};
  for (int i = 0; i < n; i++)
    total += combine(i % 2 ? &first : &second, x[i]);
  return total + a * b;
}

int main(void) {
  double x[5] = {0.6, -0.9, 0.4, 0.8, -0.3};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  return check_report();
}
