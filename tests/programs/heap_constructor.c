// Objects made by one function, handed around as pointers, changed and destroyed by others.
#include "check.h"

struct polynomial {
  int degree;
  double *coefficients;
};

__attribute__((noinline)) static struct polynomial *make(const double *c, int degree) {
  struct polynomial *p = malloc(sizeof *p);
  p->degree = degree;
  p->coefficients = malloc(sizeof(double) * (size_t)(degree + 1));
  for (int i = 0; i <= degree; i++)
    p->coefficients[i] = c[i];
  return p;
}

__attribute__((noinline)) static struct polynomial *derivative(const struct polynomial *p) {
  struct polynomial *d = make(p->coefficients, p->degree - 1);
  for (int i = 1; i <= p->degree; i++)
    d->coefficients[i - 1] = i * p->coefficients[i];
  return d;
}

__attribute__((noinline)) static double at(const struct polynomial *p, double t) {
  double r = 0;
  for (int i = p->degree; i >= 0; i--)
    r = r * t + p->coefficients[i];
  return r;
}

__attribute__((noinline)) static void destroy(struct polynomial *p) {
  free(p->coefficients);
  free(p);
}

static double f(const double *x, int n) {
  struct polynomial *p = make(x, n - 2), *d = derivative(p);
  double t = x[n - 1], r = at(p, t) + at(d, t) * t;
  destroy(d);
  destroy(p);
  return r;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.9, 0.7};
  CHECK_FUNCTIONAL(f, 6, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
