// Products of Hessians with a direction, by forward over reverse, reverse over forward and reverse over reverse mode, of functions whose
// gradients need each kind of tape: arrays, records, frames, addresses, memory of the heap. Against differences of the gradient.
#include "check.h"

void __enzyme_autodiff_tape(void *, ...);
double __enzyme_fwddiff_tape(void *, ...);

enum { N = 5 };

// Arrays, for counted loops.
static double counted(double *x, int n) {
  double s = 1.0;
  for (int i = 0; i < n; i++) {
    s = s * x[i] + sin(s);
    x[i] = s * s;
  }
  double t = 0;
  for (int i = 0; i < n; i++)
    if (x[i] > 0.5)
      t += x[i] * x[(i + 1) % n];
  return t + s;
}

// Records, for loops that end by a test.
static double newton(double *x, int n) {
  double total = 0;
  for (int i = 0; i < n; i++) {
    double a = 1.0 + x[i] * x[i], r = a;
    while (fabs(r * r - a) > 1e-12)
      r = 0.5 * (r + a / r);
    total += r * x[(i + 2) % n];
  }
  return total;
}

__attribute__((noinline)) static double step(double *p, double y) {
  double old = *p;
  *p = old * y + cos(old);
  return *p * old;
}

// Frames of calls.
static double calls(double *x, int n) {
  double s = 0.3;
  for (int k = 0; k < 3; k++)
    for (int i = 0; i < n; i++)
      s += step(&x[i], s) * 0.1;
  return s;
}

static double tree(double *x, int n) {
  if (n == 1)
    return sin(*x);
  int h = n / 2;
  double l = tree(x, h), r = tree(x + h, n - h);
  return l * r + exp(l);
}

struct node {
  double v;
  struct node *next;
};

// Addresses beside numbers.
static double list(double *x, int n) {
  struct node *head = NULL;
  for (int i = 0; i < n; i++) {
    struct node *p = malloc(sizeof *p);
    p->v = x[i] * x[i];
    p->next = head;
    head = p;
  }
  double s = 0, w = 1;
  for (struct node *p = head; p; p = p->next) {
    s += w * p->v * sin(p->v);
    w = w * 0.9 + p->v * 0.01;
  }
  while (head) {
    struct node *next = head->next;
    free(head);
    head = next;
  }
  return s;
}

// Loops in loops, in place: vectors and numbers in one block.
static double cholesky(double *x, int n) {
  double a[N][N];
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      a[i][j] = x[i] * x[j] * 0.1 + (i == j ? 2 + x[i] : 0);
  double s = 0;
  for (int j = 0; j < n; j++) {
    for (int k = 0; k < j; k++)
      for (int i = j; i < n; i++)
        a[i][j] -= a[i][k] * a[j][k];
    double d = sqrt(a[j][j]);
    for (int i = j; i < n; i++)
      a[i][j] /= d;
    s += log(a[j][j]);
  }
  return s;
}

// Memory that grows, and is freed.
static double scratch(double *x, int n) {
  int room = 1, used = 0;
  double *w = malloc(sizeof(double) * room);
  for (int i = 0; i < n; i++) {
    if (used == room) {
      room *= 2;
      w = realloc(w, sizeof(double) * room);
    }
    w[used++] = x[i] > 0.45 ? exp(x[i]) : x[i] * x[i] * x[i];
  }
  double s = 0, t = 0;
  for (int i = 0; i < used; i++) {
    s = s * w[i] + w[i];
    w[i] = s;
  }
  for (int i = 0; i < used; i++)
    t += w[i] * w[i];
  free(w);
  return t;
}

static const double direction[N] = {0.5, 0.3, 0.1, -0.1, -0.3};

#define ORDERS(f)                                                                                                                        \
  static void gradient_##f(const double *x, double *g, int n) {                                                                          \
    double y[N], dy[N] = {0};                                                                                                            \
    memcpy(y, x, sizeof y);                                                                                                              \
    __enzyme_autodiff_tape((void *)f, enzyme_dup, y, dy, enzyme_const, n);                                                               \
    for (int i = 0; i < n; i++)                                                                                                          \
      g[i] = dy[i];                                                                                                                      \
  }                                                                                                                                      \
  static double tangent_##f(const double *x, const double *v, int n) {                                                                   \
    double y[N], dy[N];                                                                                                                  \
    memcpy(y, x, sizeof y);                                                                                                              \
    memcpy(dy, v, sizeof dy);                                                                                                            \
    return __enzyme_fwddiff_tape((void *)f, enzyme_dup, y, dy, enzyme_const, n);                                                         \
  }                                                                                                                                      \
  static double along_##f(const double *x, const double *v, int n) {                                                                     \
    double g[N], s = 0;                                                                                                                  \
    gradient_##f(x, g, n);                                                                                                               \
    for (int i = 0; i < n; i++)                                                                                                          \
      s += g[i] * v[i];                                                                                                                  \
    return s;                                                                                                                            \
  }                                                                                                                                      \
  static void check_##f(const double *x, int n) {                                                                                        \
    double g[N] = {0}, fr[N] = {0}, rf[N] = {0}, rr[N] = {0}, above[N], below[N], y[N], h = 1e-6;                                        \
    __enzyme_fwddiff_tape((void *)gradient_##f, enzyme_dup, x, direction, enzyme_dup, g, fr, enzyme_const, n);                           \
    __enzyme_autodiff_tape((void *)tangent_##f, enzyme_dup, x, rf, enzyme_const, direction, enzyme_const, n);                            \
    __enzyme_autodiff_tape((void *)along_##f, enzyme_dup, x, rr, enzyme_const, direction, enzyme_const, n);                              \
    for (int i = 0; i < n; i++)                                                                                                          \
      y[i] = x[i] + h * direction[i];                                                                                                    \
    gradient_##f(y, above, n);                                                                                                           \
    for (int i = 0; i < n; i++)                                                                                                          \
      y[i] = x[i] - h * direction[i];                                                                                                    \
    gradient_##f(y, below, n);                                                                                                           \
    for (int i = 0; i < n; i++) {                                                                                                        \
      double want = (above[i] - below[i]) / (2 * h);                                                                                     \
      CHECK_CLOSE(#f ", forward over reverse", fr[i], want, 1e-6);                                                                       \
      CHECK_CLOSE(#f ", reverse over forward", rf[i], want, 1e-6);                                                                       \
      CHECK_CLOSE(#f ", reverse over reverse", rr[i], want, 1e-6);                                                                       \
    }                                                                                                                                    \
  }

ORDERS(counted)
ORDERS(newton)
ORDERS(calls)
ORDERS(tree)
ORDERS(list)
ORDERS(cholesky)
ORDERS(scratch)

int main(void) {
  double x[N] = {0.3, 0.4, 0.5, 0.6, 0.7};
  check_counted(x, N);
  check_newton(x, N);
  check_calls(x, N);
  check_tree(x, N);
  check_list(x, N);
  check_cholesky(x, N);
  check_scratch(x, N);
  return check_report();
}
