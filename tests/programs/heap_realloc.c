// realloc: a growing array keeps its contents and their derivatives.
#include "check.h"

struct vector {
  double *data;
  size_t length, capacity;
};

__attribute__((noinline)) static void push(struct vector *v, double value) {
  if (v->length == v->capacity) {
    v->capacity = v->capacity ? 2 * v->capacity : 1;
    v->data = realloc(v->data, v->capacity * sizeof *v->data);
  }
  v->data[v->length++] = value;
}

static double f(const double *x, int n) {
  struct vector v = {0, 0, 0};
  for (int i = 0; i < n; i++)
    for (int j = 0; j <= i; j++)
      push(&v, x[i] * x[j]);
  double s = 0;
  for (size_t i = 0; i < v.length; i++)
    s = 0.9 * s + v.data[i] * v.data[v.length / 2];
  free(v.data);
  return s;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.9};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  return check_report();
}
