// A vector that grows by realloc while its elements are computed from earlier ones.
#include "check.h"

struct vector {
  double *data;
  int length, capacity;
};

static void push(struct vector *v, double value) {
  if (v->length == v->capacity) {
    v->capacity = v->capacity ? 2 * v->capacity : 2;
    v->data = realloc(v->data, sizeof(double) * (size_t)v->capacity);
  }
  v->data[v->length++] = value;
}

static double f(const double *x, int n) {
  struct vector v = {0, 0, 0};
  for (int i = 0; i < n; i++) {
    push(&v, x[i] * x[i]);
    push(&v, sin(v.data[v.length - 1]) * v.data[v.length / 2]);
  }
  double total = 0;
  for (int i = 0; i < v.length; i++)
    total += v.data[i] * (i + 1);
  free(v.data);
  return total;
}

int main(void) {
  double x[5] = {0.3, 1.2, -0.6, 0.8, 0.5};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  return check_report();
}
