// Tangents that are computed after the primal, when its memory holds something else: __enzyme_fwdsplit.
#include "check.h"

extern int enzyme_width, enzyme_noret, enzyme_nofree, enzyme_allocated, enzyme_tape, enzyme_primal_return;
struct tape_and_value {
  void *tape;
  double value;
};
struct value_and_tangent {
  double value, tangent;
};
struct two {
  double d[2];
};
struct tape_and_value __enzyme_augmentfwd(void *, ...);
void *__enzyme_augmentfwd_tape(void *, ...);
double __enzyme_augmentfwd_value(void *, ...);
long __enzyme_augmentsize(void *, ...);
double __enzyme_fwdsplit(void *, ...);
void __enzyme_fwdsplit_void(void *, ...);
struct value_and_tangent __enzyme_fwdsplit_both(void *, ...);
struct two __enzyme_fwdsplit_two(void *, ...);

// Nothing but arguments is read: there is no tape.
static double product(double x, double y) { return x > 0 ? sin(x) * y : y; }

// More than one chunk of the log, a callee that reads memory, recursion, and memory of its own.
static double total(const double *x, int n) {
  if (n == 1)
    return x[0] * x[0];
  return total(x, n / 2) + total(x + n / 2, n - n / 2);
}

static double walk(double *x, int n) {
  double *own = malloc(n * sizeof *own);
  for (int i = 0; i < n; i++) {
    own[i] = x[i] * x[(i + 1) % n];
    x[i] = exp(-own[i]);
  }
  double sum = total(own, n);
  free(own);
  while (sum > 1)
    sum *= 0.5 * x[0];
  return sum;
}

// What the same function gives with central differences.
enum { N = 1500 };
static double start[N], direction[N];

static double moved(double step, double *left) {
  for (int i = 0; i < N; i++)
    left[i] = start[i] + step * direction[i];
  return walk(left, N);
}

static double scale;
static double global_state(double x) {
  scale = x * x;
  return scale * x;
}

static void check_walk(void) {
  for (int i = 0; i < N; i++) {
    start[i] = 0.8 + 0.5 * sin(i);
    direction[i] = cos(3 * i);
  }
  static double x[N], dx[N], up[N], down[N];
  double h = 1e-6, want = (moved(h, up) - moved(-h, down)) / (2 * h);
  memcpy(x, start, sizeof x);
  struct tape_and_value r = __enzyme_augmentfwd((void *)walk, enzyme_dup, x, dx, enzyme_const, N);
  double after[N];
  memcpy(after, x, sizeof x);
  // Twice: the first time the tape is kept.
  for (int again = 0; again < 2; again++) {
    memcpy(dx, direction, sizeof dx);
    for (int i = 0; i < N; i++)
      x[i] = NAN;
    double found =
        again ? __enzyme_fwdsplit((void *)walk, enzyme_dup, x, dx, enzyme_const, N, r.tape)
              : __enzyme_fwdsplit((void *)walk, enzyme_nofree, enzyme_dup, x, dx, enzyme_const, N, r.tape);
    CHECK_CLOSE("tangent of walk", found, want, 1e-6);
    for (int i = 0; i < N; i++)
      CHECK_CLOSE("tangent of its memory", dx[i], (up[i] - down[i]) / (2 * h), 1e-6);
  }
  CHECK_CLOSE("value of walk", r.value, moved(0, up), EXACT);
  CHECK_CLOSE("memory after walk", after[7], up[7], EXACT);
}

int main(void) {
  CHECK_CLOSE("no tape", __enzyme_fwdsplit((void *)product, 0.7, 1.0, 2.0, 3.0, (void *)0), cos(0.7) * 2 + sin(0.7) * 3,
              EXACT);
  struct value_and_tangent both =
      __enzyme_fwdsplit_both((void *)product, enzyme_primal_return, 0.7, 1.0, 2.0, 0.0, (void *)0);
  CHECK_CLOSE("value", both.value, 2 * sin(0.7), EXACT);
  CHECK_CLOSE("and tangent", both.tangent, 2 * cos(0.7), EXACT);
  check_walk();

  // Two directions, and the tape in memory of the caller's.
  double x[2] = {1.25, -0.5}, dx[2] = {1, 0}, dy[2] = {0, 1}, buffer[8];
  long size = __enzyme_augmentsize((void *)total, enzyme_dup, enzyme_const);
  double value = __enzyme_augmentfwd_value((void *)total, enzyme_allocated, size, enzyme_tape, buffer, enzyme_width, 2,
                                           enzyme_dup, x, dx, dy, enzyme_const, 2);
  CHECK_CLOSE("value of total", value, 1.25 * 1.25 + 0.25, EXACT);
  double moved_buffer[8];
  memcpy(moved_buffer, buffer, sizeof buffer);
  memset(x, 0, sizeof x);
  struct two d = __enzyme_fwdsplit_two((void *)total, enzyme_allocated, size, enzyme_tape, moved_buffer, enzyme_width, 2,
                                       enzyme_dup, x, dx, dy, enzyme_const, 2);
  CHECK_CLOSE("first direction", d.d[0], 2.5, EXACT);
  CHECK_CLOSE("second direction", d.d[1], -1, EXACT);

  struct tape_and_value r = __enzyme_augmentfwd((void *)global_state, 3.0);
  CHECK_CLOSE("value with a global variable", r.value, 27, EXACT);
  scale = NAN;
  CHECK_CLOSE("tangent with a global variable", __enzyme_fwdsplit((void *)global_state, 3.0, 2.0, r.tape), 54, EXACT);
  return check_report();
}
