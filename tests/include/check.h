// Comparisons and driver macros for the self-checking programs.
//
// A program defines the function under test, says how its derivative is known (a closed form, or differences
// of the function itself), and runs one of the drivers below. The number of failed comparisons, capped at 100,
// is the exit code. A program that compares nothing fails too.
//
// Four shapes of function have a driver, so that one program serves every mode:
//
//   scalar      double f(double x)                                   CHECK_SCALAR, CHECK_SCALAR_FD
//   functional  double f(const double *x, int n)                     CHECK_FUNCTIONAL
//   map         void f(const double *x, int n, double *y, int m)     CHECK_MAP       (overwrites all of y)
//   in place    void f(double *x, int n)                             CHECK_IN_PLACE
//
// Compiled with -DSELFTEST, no derivative is asked of the plugin: a difference quotient of another order and
// step stands in for it, which shows that the expectations of the program agree with its function.
// Compiled with -DWIDTH=3, the drivers ask for three directions at once.
// Compiled with -DREVERSE, they ask for gradients: see check_reverse.h.
#ifndef RSENZYME_CHECK_H
#define RSENZYME_CHECK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern int enzyme_dup;
extern int enzyme_const;
extern int enzyme_width;

struct check_triple {
  double d[3];
};

double __enzyme_fwddiff(void *, ...);
void __enzyme_fwddiff_void(void *, ...);
struct check_triple __enzyme_fwddiff_triple(void *, ...);

// The request to the plugin, and the value that stands in for it under SELFTEST; the other one is only type-checked.
#ifdef SELFTEST
#define DERIVATIVE(request, stand_in) ((void)sizeof(request), (stand_in))
#else
#define DERIVATIVE(request, stand_in) ((void)sizeof(stand_in), (request))
#endif

enum { CHECK_MAX = 128, CHECK_DIRECTIONS = 6 };

// What a closed form reaches after reassociation by the optimiser, and what differences reach.
#define EXACT 1e-10
#define NUMERIC 1e-7
// Single precision against a closed form in double precision; differences of such functions are much worse.
#ifdef SELFTEST
#define SINGLE 2e-2
#else
#define SINGLE 2e-5
#endif

static int check_failures;
static int check_comparisons;

// First step of the difference quotients. A program whose function varies fast or has a kink nearby lowers it.
static double check_step = 4e-3;

__attribute__((unused)) static void check_close_at(const char *file, int line, const char *what, double got,
                                                   double want, double tolerance) {
#ifdef SELFTEST
  if (tolerance < NUMERIC)
    tolerance = NUMERIC;
#endif
  check_comparisons++;
  if (got == want || (isnan(got) && isnan(want)))
    return;
  double scale = fabs(want) > 1.0 ? fabs(want) : 1.0;
  if (fabs(got - want) <= tolerance * scale)
    return;
  check_failures++;
  fprintf(stderr, "%s:%d: %s: got %.17g, want %.17g, off by %.3g\n", file, line, what, got, want, got - want);
}

#define CHECK_CLOSE(what, got, want, tolerance) check_close_at(__FILE__, __LINE__, what, got, want, tolerance)

// Exit code of the program.
__attribute__((unused)) static int check_report(void) {
  if (check_comparisons == 0) {
    fprintf(stderr, "no comparison was made\n");
    return 1;
  }
  printf("%d comparisons, %d failed\n", check_comparisons, check_failures);
  return check_failures > 100 ? 100 : check_failures;
}

// A function under test behind one signature, for the difference quotients.
struct check_target {
  double (*scalar)(double);
  double (*functional)(const double *, int);
  void (*map)(const double *, int, double *, int);
  void (*in_place)(double *, int);
};

typedef void (*check_jvp)(const double *x, const double *v, int n, double *dy, int m);

__attribute__((unused)) static void check_evaluate(const struct check_target *t, const double *x, int n, double *y,
                                                   int m) {
  if (t->scalar) {
    y[0] = t->scalar(x[0]);
  } else if (t->functional) {
    y[0] = t->functional(x, n);
  } else if (t->map) {
    t->map(x, n, y, m);
  } else {
    memcpy(y, x, sizeof(double) * (size_t)n);
    t->in_place(y, n);
  }
}

// Derivative along v by central differences, extrapolated over `levels` halvings of the step (Richardson).
__attribute__((unused)) static void check_differences(const struct check_target *t, const double *x, const double *v,
                                                      int n, double *dy, int m, int levels, double step) {
  double table[4][CHECK_MAX], point[CHECK_MAX], above[CHECK_MAX], below[CHECK_MAX];
  for (int level = 0; level < levels; level++) {
    double h = ldexp(step, -level);
    for (int i = 0; i < n; i++)
      point[i] = x[i] + h * v[i];
    check_evaluate(t, point, n, above, m);
    for (int i = 0; i < n; i++)
      point[i] = x[i] - h * v[i];
    check_evaluate(t, point, n, below, m);
    for (int j = 0; j < m; j++)
      table[level][j] = (above[j] - below[j]) / (2 * h);
  }
  for (int order = 1; order < levels; order++)
    for (int level = levels - 1; level >= order; level--)
      for (int j = 0; j < m; j++)
        table[level][j] += (table[level][j] - table[level - 1][j]) / (ldexp(1.0, 2 * order) - 1);
  memcpy(dy, table[levels - 1], sizeof(double) * (size_t)m);
}

// The derivative that the plugin's answer is compared with.
__attribute__((unused)) static void check_expected(const struct check_target *t, check_jvp closed_form,
                                                   const double *x, const double *v, int n, double *dy, int m) {
  if (closed_form)
    closed_form(x, v, n, dy, m);
  else
    check_differences(t, x, v, n, dy, m, 4, check_step);
}

// What stands in for the plugin's answer under SELFTEST.
__attribute__((unused)) static void check_stand_in(const struct check_target *t, const double *x, const double *v,
                                                   int n, double *dy, int m) {
  check_differences(t, x, v, n, dy, m, 3, 0.4 * check_step);
}

__attribute__((unused)) static double check_scalar_difference(double (*f)(double), double x) {
  struct check_target t = {f, 0, 0, 0};
  double v = 1, dy;
  check_stand_in(&t, &x, &v, 1, &dy, 1);
  return dy;
}

__attribute__((unused)) static double check_scalar_expected(double (*f)(double), double x) {
  struct check_target t = {f, 0, 0, 0};
  double v = 1, dy;
  check_expected(&t, 0, &x, &v, 1, &dy, 1);
  return dy;
}

// Direction k: unit vectors, and a dense one when k is CHECK_DIRECTIONS or beyond the last component.
__attribute__((unused)) static void check_direction(int k, int n, double *v) {
  for (int i = 0; i < n; i++)
    v[i] = k >= n || k >= CHECK_DIRECTIONS ? cos(1.0 + 2.3 * i) : 0.0;
  if (k < n && k < CHECK_DIRECTIONS)
    v[k] = 1.0;
}

__attribute__((unused)) static int check_directions(int n) { return n < CHECK_DIRECTIONS ? n : CHECK_DIRECTIONS; }

// Scalar functions.

#if defined(REVERSE)
// In check_reverse.h.
#elif defined(WIDTH)
#define CHECK_SCALAR(f, at, want, tolerance)                                                                          \
  do {                                                                                                                \
    double check_x = (at), check_want = (want);                                                                       \
    struct check_triple check_got =                                                                                   \
        __enzyme_fwddiff_triple((void *)(f), enzyme_width, 3, enzyme_dup, check_x, 1.0, -2.0, 0.5);                   \
    CHECK_CLOSE(#f ", direction 0", check_got.d[0], check_want, tolerance);                                           \
    CHECK_CLOSE(#f ", direction 1", check_got.d[1], -2.0 * check_want, tolerance);                                    \
    CHECK_CLOSE(#f ", direction 2", check_got.d[2], 0.5 * check_want, tolerance);                                     \
  } while (0)
#else
#define CHECK_SCALAR(f, at, want, tolerance)                                                                          \
  do {                                                                                                                \
    double check_x = (at);                                                                                            \
    double check_got =                                                                                                \
        DERIVATIVE(__enzyme_fwddiff((void *)(f), check_x, 1.0), check_scalar_difference(f, check_x));                 \
    CHECK_CLOSE(#f, check_got, want, tolerance);                                                                      \
  } while (0)
#endif

#define CHECK_SCALAR_FD(f, at) CHECK_SCALAR(f, at, check_scalar_expected(f, at), NUMERIC)

// Functions of an array. `closed_form` is a check_jvp or 0. Each driver also compares the primal result with that
// of a plain call, and that neither the point nor the direction was changed.

#ifdef WIDTH
enum { CHECK_LANES = 3 };
#else
enum { CHECK_LANES = 1 };
#endif

// The buffers of one request: one primal, one shadow per direction.
struct check_run {
  struct check_target target;
  int n, m;
  double x[CHECK_MAX], y[CHECK_MAX];
  double v[3][CHECK_MAX], dy[3][CHECK_MAX];
};

__attribute__((unused)) static void check_start(struct check_run *run, const double *x, int direction) {
  for (int i = 0; i < run->n; i++)
    run->x[i] = x[i];
  for (int j = 0; j < run->m; j++)
    run->y[j] = 777.0;
  for (int lane = 0; lane < CHECK_LANES; lane++) {
    check_direction(direction + lane, run->n, run->v[lane]);
    for (int j = 0; j < run->m; j++)
      run->dy[lane][j] = 777.0;
  }
  if (run->target.in_place) {
    memcpy(run->y, x, sizeof(double) * (size_t)run->n);
    memcpy(run->dy, run->v, sizeof run->v);
  }
}

__attribute__((unused)) static void check_finish(struct check_run *run, const char *file, int line, const char *name,
                                                 const double *x, int direction, check_jvp closed_form,
                                                 double tolerance) {
  double want[CHECK_MAX], v[CHECK_MAX];
  char what[160];
  for (int lane = 0; lane < CHECK_LANES; lane++) {
    check_direction(direction + lane, run->n, v);
    check_expected(&run->target, closed_form, x, v, run->n, want, run->m);
    for (int j = 0; j < run->m; j++) {
      snprintf(what, sizeof what, "%s, direction %d, derivative of output %d", name, direction + lane, j);
      check_close_at(file, line, what, run->dy[lane][j], want[j], tolerance);
    }
    for (int i = 0; i < run->n; i++)
      if (run->v[lane][i] != v[i] || run->x[i] != x[i]) {
        check_failures++;
        fprintf(stderr, "%s:%d: %s: input %d or its shadow was changed\n", file, line, name, i);
      }
  }
  check_evaluate(&run->target, x, run->n, want, run->m);
  for (int j = 0; j < run->m; j++) {
    snprintf(what, sizeof what, "%s, direction %d, primal output %d", name, direction, j);
    check_close_at(file, line, what, run->y[j], want[j], 1e-11);
  }
}

#if defined(REVERSE)
#include "check_reverse.h"
#else
#if defined(SELFTEST)
#define CHECK_ASK_FUNCTIONAL(f, r)                                                                                    \
  (check_stand_in(&(r).target, (r).x, (r).v[0], (r).n, (r).dy[0], 1),                                                 \
   check_evaluate(&(r).target, (r).x, (r).n, (r).y, 1))
#define CHECK_ASK_MAP(f, r)                                                                                           \
  (check_stand_in(&(r).target, (r).x, (r).v[0], (r).n, (r).dy[0], (r).m),                                             \
   check_evaluate(&(r).target, (r).x, (r).n, (r).y, (r).m))
#define CHECK_ASK_IN_PLACE(f, r) CHECK_ASK_MAP(f, r)
#elif defined(WIDTH)
#define CHECK_ASK_FUNCTIONAL(f, r)                                                                                    \
  do {                                                                                                                \
    struct check_triple check_got = __enzyme_fwddiff_triple((void *)(f), enzyme_width, 3, enzyme_dup, (r).x,          \
                                                            (r).v[0], (r).v[1], (r).v[2], enzyme_const, (r).n);       \
    for (int check_lane = 0; check_lane < 3; check_lane++)                                                            \
      (r).dy[check_lane][0] = check_got.d[check_lane];                                                                \
    (r).y[0] = f((r).x, (r).n);                                                                                       \
  } while (0)
#define CHECK_ASK_MAP(f, r)                                                                                           \
  __enzyme_fwddiff_void((void *)(f), enzyme_width, 3, enzyme_dup, (r).x, (r).v[0], (r).v[1], (r).v[2], enzyme_const,  \
                        (r).n, enzyme_dup, (r).y, (r).dy[0], (r).dy[1], (r).dy[2], enzyme_const, (r).m)
#define CHECK_ASK_IN_PLACE(f, r)                                                                                      \
  __enzyme_fwddiff_void((void *)(f), enzyme_width, 3, enzyme_dup, (r).y, (r).dy[0], (r).dy[1], (r).dy[2],             \
                        enzyme_const, (r).n)
#else
#define CHECK_ASK_FUNCTIONAL(f, r)                                                                                    \
  ((r).dy[0][0] = __enzyme_fwddiff((void *)(f), enzyme_dup, (r).x, (r).v[0], enzyme_const, (r).n),                    \
   (r).y[0] = f((r).x, (r).n))
#define CHECK_ASK_MAP(f, r)                                                                                           \
  __enzyme_fwddiff_void((void *)(f), enzyme_dup, (r).x, (r).v[0], enzyme_const, (r).n, enzyme_dup, (r).y, (r).dy[0],  \
                        enzyme_const, (r).m)
#define CHECK_ASK_IN_PLACE(f, r)                                                                                      \
  __enzyme_fwddiff_void((void *)(f), enzyme_dup, (r).y, (r).dy[0], enzyme_const, (r).n)
#endif

// `field` is the member of check_target that holds `f`; `request` is the macro above that asks for its derivative.
#define CHECK_DRIVE(f, inputs, outputs, at, closed_form, tolerance, field, request)                                   \
  do {                                                                                                                \
    static struct check_run check_r;                                                                                  \
    check_r.target.field = (f);                                                                                       \
    check_r.n = (inputs);                                                                                             \
    check_r.m = (outputs);                                                                                            \
    for (int check_d = 0; check_d <= check_directions(check_r.n); check_d++) {                                        \
      check_start(&check_r, (at), check_d);                                                                           \
      request(f, check_r);                                                                                            \
      check_finish(&check_r, __FILE__, __LINE__, #f, (at), check_d, (closed_form), (tolerance));                      \
    }                                                                                                                 \
  } while (0)
#endif // REVERSE

#define CHECK_FUNCTIONAL(f, n, at, closed_form, tolerance)                                                            \
  CHECK_DRIVE(f, n, 1, at, closed_form, tolerance, functional, CHECK_ASK_FUNCTIONAL)
#define CHECK_MAP(f, n, m, at, closed_form, tolerance)                                                                \
  CHECK_DRIVE(f, n, m, at, closed_form, tolerance, map, CHECK_ASK_MAP)
#define CHECK_IN_PLACE(f, n, at, closed_form, tolerance)                                                              \
  CHECK_DRIVE(f, n, n, at, closed_form, tolerance, in_place, CHECK_ASK_IN_PLACE)

#endif
