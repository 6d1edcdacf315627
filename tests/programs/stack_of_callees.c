// Variables on the stack of a function that is differentiated in two parts: the reverse part finds them, though it only has addresses that were
// calculated from theirs, chosen, or put into other memory.
#include "check.h"


struct view {
  double *data;
  const double *weights;
};

// Fills the stack where the frames of functions were that have returned.
__attribute__((noinline)) static double scribble(int n) {
  volatile double junk[64];
  for (int i = 0; i < 64; i++)
    junk[i] = n * 1e3 + i;
  return junk[n % 64] * 0;
}

__attribute__((noinline)) static double read(const struct view *v, int i) { return v->data[i] * v->data[i] * v->weights[i]; }

// The address of `local` is in another variable only.
__attribute__((noinline)) static double by_view(double x, const double *w) {
  double local[4] = {x, 2 * x, x * x, 1};
  struct view v = {local, w};
  double s = 0;
  for (int i = 0; i < 4; i++)
    s += read(&v, i);
  return s;
}

// The address is chosen at run time.
__attribute__((noinline)) static double by_choice(double x, int n) {
  double a[3] = {x, x * x, 3 * x}, b[3] = {sin(x), 1, x};
  double s = 0;
  for (int i = 0; i < n; i++) {
    double *p = i % 2 ? a : b;
    p[i % 3] = p[(i + 1) % 3] * p[(i + 2) % 3] + 0.5 * x;
    s += p[(i + 2) % 3];
  }
  return s;
}

// Only an address within it is used later.
__attribute__((noinline)) static double by_offset(const double *x, int n) {
  double local[16];
  for (int i = 0; i < 16; i++)
    local[i] = x[i % n] * i;
  const double *shifted = local + 8;
  double s = 0;
  for (int i = 0; i < 8; i++)
    s += shifted[i] * shifted[7 - i];
  return s;
}

struct node {
  double value;
  struct node *next;
};

// A list of which each element is in another frame.
__attribute__((noinline)) static double list(double x, int n, struct node *tail) {
  struct node here = {x * n, tail};
  if (n > 0)
    return list(x, n - 1, &here);
  double p = 1;
  for (const struct node *at = &here; at; at = at->next)
    p *= 1 + at->value;
  return p;
}

static double f(const double *x, int n) {
  double w[4] = {1, x[1], 2, x[0]};
  double s = by_view(x[0], w) + scribble(n);
  s += by_choice(x[1], 7) + scribble(n + 1);
  s += by_offset(x, n) * 1e-2 + scribble(n + 2);
  struct node last = {x[3], 0};
  s += list(x[2], 3, &last) + scribble(n + 3);
  return s * by_view(x[2], w) + by_choice(s * 1e-2, 5);
}

int main(void) {
  double x[4] = {0.3, -0.4, 0.5, 0.7};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
