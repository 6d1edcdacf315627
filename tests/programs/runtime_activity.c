// Activity that is known only at run time: a shadow that is the pointer itself says that the memory carries no derivative. Pointers that
// were chosen, passed on, kept in structures and lists; stores, copies and fills through them. Inactive memory must keep its values.
#include "check.h"
#include <string.h>
extern int enzyme_runtime_activity;
struct two {
  double d[2];
};
struct two __enzyme_fwddiff_two(void *, ...);

struct pair {
  double *a, *b;
  long count;
};

struct node {
  double value;
  struct node *next;
};

static double dot(double *x, double *p, int n) {
  double s = 0.0;
  for (int i = 0; i < n; i++)
    s += x[i] * x[i] * p[i];
  return s;
}

// Which memory is read and written is chosen; `q` is constant.
__attribute__((noinline)) static double choose(double *x, double *q, int which) {
  double *p = which ? x : q;
  double before = p[0];
  p[0] = x[1] * 3.0;
  return before * before + p[1];
}

__attribute__((noinline)) static void scale(struct pair *s) {
  for (long i = 0; i < s->count; i++)
    s->b[i] = s->a[i] * s->b[i];
}

static double through(struct pair *s) {
  scale(s);
  double *keep = s->a;
  s->a = s->b;
  s->b = keep;
  return s->a[0] + s->b[1];
}

// What is stored in inactive memory has its derivative in registers as long as it is there, so reading it back is a function of its own.
__attribute__((noinline)) static void move(double *to, const double *from, int n) {
  memcpy(to, from, (size_t)n * sizeof *to);
}

static double copies(double *x, double *work, int n) {
  double local[4];
  memcpy(local, work, sizeof local);
  move(work, x, n);
  double s = local[0] * x[0] + work[1] * work[1];
  memset(work, 0, 2 * sizeof *work);
  return s + work[0] + work[2] * local[3];
}

static double total(struct node *list) {
  double s = 0.0;
  for (; list; list = list->next)
    s += list->value * list->value;
  return s;
}

// The expected numbers are those of the closed form; under SELFTEST nothing is run that they could be compared with.
#define DERIVATIVE_IS(what, want, f, ...)                                                                               \
  CHECK_CLOSE(what, DERIVATIVE(__enzyme_fwddiff((void *)(f), enzyme_runtime_activity, __VA_ARGS__), want), want, EXACT)
#ifdef SELFTEST
#define MEMORY_IS(what, got, want, tolerance) ((void)(got))
#else
#define MEMORY_IS(what, got, want, tolerance) CHECK_CLOSE(what, got, want, tolerance)
#endif

int main(void) {
  double x[4] = {0.5, 1.5, -2.0, 0.25}, dx[4] = {1.0, 10.0, 100.0, 1000.0};
  double p[4] = {2.0, 3.0, 5.0, 7.0}, dp[4] = {0.1, 0.2, 0.3, 0.4};

  DERIVATIVE_IS("inactive argument", 2 * 0.5 * 2.0 + 2 * 1.5 * 3.0 * 10.0, dot, enzyme_dup, x, dx, enzyme_dup, p, p, enzyme_const, 2);
  DERIVATIVE_IS("active argument", 2 * 0.5 * 2.0 + 2 * 1.5 * 3.0 * 10.0 + 0.25 * 0.1 + 2.25 * 0.2, dot, enzyme_dup, x, dx, enzyme_dup, p, dp, enzyme_const, 2);
  DERIVATIVE_IS("all inactive", 0.0, dot, enzyme_dup, x, x, enzyme_dup, p, p, enzyme_const, 4);

  DERIVATIVE_IS("inactive was chosen", 0.0, choose, enzyme_dup, x, dx, enzyme_const, p, enzyme_const, 0);
  MEMORY_IS("it was written", p[0], 4.5, 0);
  p[0] = 2.0;
  DERIVATIVE_IS("active was chosen", 2 * 0.5 * 1.0 + 10.0, choose, enzyme_dup, x, dx, enzyme_const, p, enzyme_const, 1);
  MEMORY_IS("its tangent was written", dx[0], 30.0, EXACT);
  x[0] = 0.5, dx[0] = 1.0;

  struct pair s = {x, p, 2}, ds = {dx, p, 2};
  DERIVATIVE_IS("inactive member", 10.0, through, enzyme_dup, &s, &ds);
  MEMORY_IS("it was scaled", p[0] + 10 * p[1], 1.0 + 45.0, 0);
  p[0] = 2.0, p[1] = 3.0;
  struct pair t = {p, x, 2}, dt = {p, dx, 2};
  DERIVATIVE_IS("the other inactive", 2.0, through, enzyme_dup, &t, &dt);
  MEMORY_IS("scaled tangent", dx[0] + dx[1], 2.0 + 30.0, EXACT);
  x[0] = 0.5, x[1] = 1.5, dx[0] = 1.0, dx[1] = 10.0;

  double work[4] = {2.0, 3.0, 5.0, 7.0}, dwork[4] = {1e6, 1e6, 1e6, 1e6};
  DERIVATIVE_IS("copies through inactive memory", 2.0 * 1.0, copies, enzyme_dup, x, dx, enzyme_dup, work, work, enzyme_const, 4);
  MEMORY_IS("filled", work[0] + work[1] + work[2] + work[3], -1.75, 0);
  memcpy(work, p, sizeof work);
  DERIVATIVE_IS("copies from inactive memory", 0.5 * 1e6 - 2.0 * 1e6, copies, enzyme_dup, x, x, enzyme_dup, work, dwork, enzyme_const, 4);
  MEMORY_IS("their tangents are zero", dwork[0] + dwork[1] + dwork[2] + dwork[3], 0.0, 0);

  struct node third = {0.5, 0}, second = {4.0, &third}, first = {3.0, &second};
  struct node dthird = {1.0, 0}, dfirst = {2.0, &second};
  DERIVATIVE_IS("list with inactive rest", 12.0, total, enzyme_dup, &first, &dfirst);
  struct node dsecond = {0.0, &dthird};
  dfirst.next = &dsecond;
  DERIVATIVE_IS("active list", 13.0, total, enzyme_dup, &first, &dfirst);

#ifndef SELFTEST
  // In the second direction what is active changes.
  struct two lanes = __enzyme_fwddiff_two((void *)dot, enzyme_runtime_activity, enzyme_width, 2, enzyme_dup, x, dx, x, enzyme_dup, p, p, dp,
                                          enzyme_const, 2);
  CHECK_CLOSE("first direction", lanes.d[0], 2 * 0.5 * 2.0 + 2 * 1.5 * 3.0 * 10.0, EXACT);
  CHECK_CLOSE("second direction", lanes.d[1], 0.25 * 0.1 + 2.25 * 0.2, EXACT);
  double a[2] = {0.5, 1.5}, da[2] = {1.0, 10.0}, b[2] = {2.0, 3.0}, db[2] = {0.1, 0.2};
  struct pair u = {a, b, 2}, du = {da, b, 2}, eu = {a, db, 2};
  lanes = __enzyme_fwddiff_two((void *)through, enzyme_runtime_activity, enzyme_width, 2, enzyme_dup, &u, &du, &eu);
  CHECK_CLOSE("members, first direction", lanes.d[0], 10.0, EXACT);
  CHECK_CLOSE("members, second direction", lanes.d[1], 0.5 * 0.1, EXACT);
#endif
  return check_report();
}
