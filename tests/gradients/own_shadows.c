// Activity that is known only at run time, in reverse mode: a shadow that is the pointer itself says that the memory carries no derivative.
// Pointers that were chosen, passed on, kept in structures and lists; stores, copies, fills, resizing and release through them; read-only
// memory; one and two directions. Inactive memory must keep its values, and nothing may be added to it.
#include "check.h"
extern int enzyme_runtime_activity;
double __enzyme_autodiff(void *, ...);
void __enzyme_autodiff_void(void *, ...);
void *__enzyme_augmentfwd(void *, ...);
void __enzyme_reverse(void *, ...);

struct pair {
  double *a, *b;
  long count;
};

struct node {
  double value;
  struct node *next;
};

// Not on the stack, and not writable.
static const double fixed[4] = {2.0, 3.0, 5.0, -0.0};

static double dot(const double *x, const double *p, int n) {
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

// The two pointers change places, so that shadow memory is written where the structure itself may be inactive.
static double through(struct pair *s) {
  scale(s);
  double *keep = s->a;
  s->a = s->b;
  s->b = keep;
  return s->a[0] + s->b[1];
}

static double copies(double *x, double *work, int n) {
  double local[4];
  memcpy(local, work, sizeof local);
  memcpy(work, x, (size_t)n * sizeof *work);
  double s = local[0] * x[0] + local[1] * local[1];
  memset(work, 0, 2 * sizeof *work);
  memmove(work + 1, work + 2, 2 * sizeof *work);
  return s + work[0] + x[2] * local[3];
}

static double total(const struct node *list) {
  double s = 0.0;
  for (; list; list = list->next)
    s += list->value * list->value;
  return s;
}

// Memory that grows, and is released at the end.
static double grow(struct pair *s, double x) {
  for (long n = 1; n <= 6; n++) {
    s->a = realloc(s->a, (size_t)n * sizeof(double));
    s->a[n - 1] = x * (double)n;
    s->count = n;
  }
  double sum = 0;
  for (long i = 0; i < s->count; i++)
    sum += s->a[i] * s->a[i];
  free(s->a);
  s->a = 0;
  return sum;
}

static void write(const double *x, double *y) {
  y[0] = x[0] * x[1];
  y[1] = sin(x[0]) * y[0];
}

// The exponent is written through a pointer, the fraction through another.
static double parts(const double *x, double *whole, int *power) {
  double fraction = modf(x[0], whole);
  return frexp(x[1], power) * *whole + fraction * x[1];
}

#define CHECK_ALL(what, got, n, ...)                                                                                   \
  do {                                                                                                                 \
    double check_want[] = {__VA_ARGS__};                                                                               \
    for (int check_i = 0; check_i < (n); check_i++)                                                                    \
      CHECK_CLOSE(what, (got)[check_i], check_want[check_i], EXACT);                                                   \
  } while (0)
#define GRADIENT(f, ...) __enzyme_autodiff_void((void *)(f), enzyme_runtime_activity, __VA_ARGS__)

static void arguments(void) {
  double x[4] = {0.5, 1.5, -2.0, 0.25}, dx[4] = {0}, ex[4] = {0};
  double p[4] = {2.0, 3.0, 5.0, 7.0}, dp[4] = {0};
  GRADIENT(dot, enzyme_dup, x, dx, enzyme_dup, p, p, enzyme_const, 2);
  CHECK_ALL("inactive argument", dx, 4, 2.0, 9.0, 0, 0);
  CHECK_ALL("it is as it was", p, 4, 2, 3, 5, 7);
  GRADIENT(dot, enzyme_dup, x, dx, enzyme_dup, p, dp, enzyme_const, 2);
  CHECK_ALL("active argument", dp, 4, 0.25, 2.25, 0, 0);
  CHECK_ALL("adjoints add up", dx, 4, 4.0, 18.0, 0, 0);
  GRADIENT(dot, enzyme_dup, x, x, enzyme_dup, p, p, enzyme_const, 4);
  CHECK_ALL("all inactive", x, 4, 0.5, 1.5, -2.0, 0.25);
  double *again = dx;
  memset(again, 0, sizeof dx);
  GRADIENT(dot, enzyme_dup, x, dx, enzyme_dup, fixed, fixed, enzyme_const, 4);
  CHECK_ALL("read-only memory", dx, 4, 2, 9, -20, 0);
  CHECK_CLOSE("the sign of zero", signbit(fixed[3]) != 0, 1, 0);

  memset(dx, 0, sizeof dx);
  __enzyme_autodiff_void((void *)dot, enzyme_runtime_activity, enzyme_width, 2, enzyme_dup, x, dx, x, enzyme_dup, p, p, ex,
                         enzyme_const, 2);
  CHECK_ALL("first direction", dx, 4, 2.0, 9.0, 0, 0);
  CHECK_ALL("second direction", ex, 4, 0.25, 2.25, 0, 0);
  CHECK_ALL("point", x, 4, 0.5, 1.5, -2.0, 0.25);
}

static void chosen(void) {
  double x[4] = {0.5, 1.5}, dx[4] = {0}, q[4] = {2.0, 3.0};
  GRADIENT(choose, enzyme_dup, x, dx, enzyme_const, q, enzyme_const, 0);
  CHECK_ALL("inactive was chosen", dx, 2, 0, 0);
  CHECK_ALL("and written", q, 2, 4.5, 3.0);
  q[0] = 2.0, dx[0] = 10.0;
  GRADIENT(choose, enzyme_dup, x, dx, enzyme_const, q, enzyme_const, 1);
  CHECK_ALL("active was chosen", dx, 2, 2 * 0.5, 1.0 + 3 * 10.0);
}

static void members(void) {
  double x[2] = {0.5, 1.5}, dx[2] = {0}, p[2] = {2.0, 3.0};
  struct pair s = {x, p, 2}, ds = {dx, p, 2};
  // f = x0 * p0 + x1, after the pointers have changed places.
  GRADIENT(through, enzyme_dup, &s, &ds);
  CHECK_ALL("inactive member", dx, 2, 0, 1.0);
  CHECK_ALL("it was scaled", p, 2, 1.0, 4.5);
  CHECK_CLOSE("pointers", s.a == p && s.b == x && ds.a == p && ds.b == dx, 1, 0);
  p[0] = 2.0, p[1] = 3.0, dx[1] = 0;
  struct pair t = {p, x, 2}, dt = {p, dx, 2};
  GRADIENT(through, enzyme_dup, &t, &dt);
  CHECK_ALL("the other is inactive", dx, 2, 2.0, 0);
  x[0] = 0.5, x[1] = 1.5, dx[0] = 0;
  struct pair u = {x, p, 2};
  GRADIENT(through, enzyme_dup, &u, &u);
  CHECK_ALL("inactive structure", x, 2, 0.5, 1.5);
  CHECK_CLOSE("its pointers", u.a == p && u.b == x, 1, 0);
}

static void copied(void) {
  double x[4] = {0.5, 1.5, -2.0, 0.25}, dx[4] = {0};
  double work[4] = {2.0, 3.0, 5.0, 7.0}, dwork[4] = {100, 100, 100, 100};
  GRADIENT(copies, enzyme_dup, x, dx, enzyme_dup, work, work, enzyme_const, 4);
  CHECK_ALL("through inactive memory", dx, 4, 2.0, 0, 7.0, 0);
  CHECK_ALL("which was written", work, 4, 0, -2.0, 0.25, 0.25);
  double again[4] = {2.0, 3.0, 5.0, 7.0};
  memset(dx, 0, sizeof dx);
  GRADIENT(copies, enzyme_dup, x, x, enzyme_dup, again, dwork, enzyme_const, 4);
  CHECK_ALL("from inactive memory", dwork, 4, 0.5, 6.0, 0, -2.0);
  CHECK_ALL("which is as it was", x, 4, 0.5, 1.5, -2.0, 0.25);
  double both[4] = {2.0, 3.0, 5.0, 7.0}, dboth[4] = {100, 10, 1000, 10000};
  GRADIENT(copies, enzyme_dup, x, dx, enzyme_dup, both, dboth, enzyme_const, 4);
  CHECK_ALL("both active", dboth, 4, 0.5, 6.0, 0, -2.0);
  CHECK_ALL("and the source", dx, 4, 2.0, 0, 7.0 + 10, 1000 + 10000);
}

static void lists(void) {
  struct node third = {0.5, 0}, second = {4.0, &third}, first = {3.0, &second};
  struct node dthird = {0, 0}, dfirst = {0, &second};
  GRADIENT(total, enzyme_dup, &first, &dfirst);
  CHECK_CLOSE("list with inactive rest", dfirst.value, 6.0, EXACT);
  CHECK_CLOSE("the rest", second.value + third.value, 4.5, 0);
  struct node dsecond = {0, &dthird};
  dfirst.next = &dsecond;
  GRADIENT(total, enzyme_dup, &first, &dfirst);
  CHECK_CLOSE("active list", dfirst.value + 10 * dsecond.value + 100 * dthird.value, 12.0 + 80.0 + 100.0, EXACT);
}

static void grown(void) {
  struct pair s = {0, 0, 0}, ds = {0, 0, 0};
  double dx = __enzyme_autodiff((void *)grow, enzyme_runtime_activity, enzyme_dup, &s, &ds, 0.5);
  CHECK_CLOSE("active memory that grows", dx, 2 * 0.5 * 91, EXACT);
  struct pair t = {malloc(8), 0, 0};
  dx = __enzyme_autodiff((void *)grow, enzyme_runtime_activity, enzyme_dup, &t, &t, 0.5);
  CHECK_CLOSE("inactive memory that grows", dx, 0, 0);
  CHECK_CLOSE("and is released", t.a == 0, 1, 0);
}

static void parted(void) {
  double x[2] = {0.5, 1.5}, dx[2] = {0}, y[2] = {0}, dy[2] = {1, 10};
  void *tape = __enzyme_augmentfwd((void *)write, enzyme_runtime_activity, enzyme_dup, x, dx, enzyme_dup, y, y);
  __enzyme_reverse((void *)write, enzyme_runtime_activity, enzyme_dup, x, dx, enzyme_dup, y, y, tape);
  CHECK_ALL("split, inactive result", dx, 2, 0, 0);
  CHECK_ALL("its values", y, 2, 0.75, 0.75 * sin(0.5));
  tape = __enzyme_augmentfwd((void *)write, enzyme_runtime_activity, enzyme_dup, x, dx, enzyme_dup, y, dy);
  x[0] = x[1] = 100;
  __enzyme_reverse((void *)write, enzyme_runtime_activity, enzyme_dup, x, dx, enzyme_dup, y, dy, tape);
  double whole = 1 + 10 * sin(0.5);
  CHECK_ALL("split, active result", dx, 2, 1.5 * whole + 10 * 0.75 * cos(0.5), 0.5 * whole);

  double z[2] = {2.25, 5.0}, dz[2] = {0}, number = 0, adjoint = 0;
  int power = 0;
  GRADIENT(parts, enzyme_dup, z, dz, enzyme_dup, &number, &number, enzyme_const, &power);
  CHECK_ALL("library functions, inactive", dz, 2, 5.0, 2.0 / 8 + 0.25);
  CHECK_CLOSE("what they wrote", number + 10 * power, 32.0, 0);
  dz[0] = dz[1] = 0;
  GRADIENT(parts, enzyme_dup, z, dz, enzyme_dup, &number, &adjoint, enzyme_const, &power);
  CHECK_ALL("library functions, active", dz, 2, 5.0, 2.0 / 8 + 0.25);
}

int main(void) {
  arguments();
  chosen();
  members();
  copied();
  lists();
  grown();
  parted();
  return check_report();
}
