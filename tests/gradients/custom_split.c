// Tangents in two parts that the program registers: with tapes on the heap, in a structure and in a number, without one, of memory, and
// for functions that are only called. What the primal memory holds by then does not matter.
#include "check.h"

extern int enzyme_noret, enzyme_nofree, enzyme_allocated, enzyme_tape, enzyme_primal_return, enzyme_width;
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
double __enzyme_fwdsplit(void *, ...);
void __enzyme_fwdsplit_void(void *, ...);
struct value_and_tangent __enzyme_fwdsplit_both(void *, ...);
struct two __enzyme_fwdsplit_two(void *, ...);

static int augmented_calls, tangent_calls;

// One number, no tape. The rule says 100 where the derivative is 2x.
__attribute__((noinline)) static double square(double x) { return x * x; }
static double square_augmented(double x) { return x * x; }
static struct value_and_tangent square_tangent(double x, double dx) {
  struct value_and_tangent r = {x * x, 100 * dx};
  return r;
}
void *__enzyme_register_splitderivative_square[] = {(void *)square, (void *)square_augmented, (void *)square_tangent};

// {tape, value}: what the tangent reads is on the heap. It returns the shadow alone.
__attribute__((noinline)) static double ratio(double x, double y) { return x / y; }
struct ratio_result {
  double *tape;
  double value;
};
static struct ratio_result ratio_augmented(double x, double y) {
  augmented_calls++;
  double *tape = malloc(2 * sizeof *tape);
  tape[0] = 1 / y;
  tape[1] = -x / (y * y);
  struct ratio_result r = {tape, x / y};
  return r;
}
static double ratio_tangent(double x, double dx, double y, double dy, double *tape) {
  (void)x;
  (void)y;
  tangent_calls++;
  double r = tape[0] * dx + tape[1] * dy;
  free(tape);
  return r;
}
void *__enzyme_register_splitderivative_ratio[] = {(void *)ratio, (void *)ratio_augmented, (void *)ratio_tangent};

// Memory that is overwritten; nothing is returned but the tape. The integer is its own shadow.
__attribute__((noinline)) static void cube_all(double *x, int n) {
  for (int i = 0; i < n; i++)
    x[i] = x[i] * x[i] * x[i];
}
static double *cube_all_augmented(double *x, double *dx, int n, int shadow_of_n) {
  (void)dx;
  if (shadow_of_n != n)
    abort();
  double *tape = malloc(sizeof(double) * (size_t)n);
  for (int i = 0; i < n; i++)
    tape[i] = 3 * x[i] * x[i];
  cube_all(x, n);
  return tape;
}
static void cube_all_tangent(double *x, double *dx, int n, int shadow_of_n, double *tape) {
  (void)x;
  if (shadow_of_n != n)
    abort();
  for (int i = 0; i < n; i++)
    dx[i] *= tape[i];
  free(tape);
}
void *__enzyme_register_splitderivative_cube_all[] = {(void *)cube_all, (void *)cube_all_augmented,
                                                      (void *)cube_all_tangent};

// {tape, value, shadow} of the same type, of which a tangent needs no shadow, and a tape that is a number.
__attribute__((noinline)) static double root(double x) { return sqrt(x); }
struct three {
  double a, b, c;
};
static struct three root_augmented(double x) {
  struct three r = {0.5 / sqrt(x), sqrt(x), 0};
  return r;
}
static struct value_and_tangent root_tangent(double x, double dx, double tape) {
  (void)x;
  struct value_and_tangent r = {NAN, tape * dx};
  return r;
}
void *__enzyme_register_splitderivative_root[] = {(void *)root, (void *)root_augmented, (void *)root_tangent};

// Only the tape is returned, by value through memory: the value is found by calling the function.
__attribute__((noinline, const)) static double product(double x, double y, double z) { return x * y * z; }
static struct three product_augmented(double x, double y, double z) {
  struct three r = {y * z, x * z, x * y};
  return r;
}
static double product_tangent(double x, double dx, double y, double dy, double z, double dz, struct three tape) {
  (void)x, (void)y, (void)z;
  return tape.a * dx + tape.b * dy + tape.c * dz;
}
void *__enzyme_register_splitderivative_product[] = {(void *)product, (void *)product_augmented,
                                                     (void *)product_tangent};

// Single precision: C packs value and tape, and value and shadow, into vectors.
__attribute__((noinline)) static float half_square(float x) { return x * x / 2; }
struct two_floats {
  float tape, value;
};
static struct two_floats half_square_augmented(float x) {
  struct two_floats r = {x, x * x / 2};
  return r;
}
static struct two_floats half_square_tangent(float x, float dx, float tape) {
  (void)x;
  struct two_floats r = {-1, tape * dx};
  return r;
}
void *__enzyme_register_splitderivative_half_square[] = {(void *)half_square, (void *)half_square_augmented,
                                                         (void *)half_square_tangent};

// A table whose memory the tangent reads again: it is a global variable, which is there then. It has no derivative.
static const double table[3] = {4, 7, 9};
__attribute__((noinline)) static double at(const double *from, double x, int i) { return from[i] * x * x; }
static double at_augmented(const double *from, const double *dfrom, double x, int i, int di) {
  (void)dfrom, (void)di;
  return from[i] * x * x;
}
static double at_tangent(const double *from, const double *dfrom, double x, double dx, int i, int di) {
  (void)dfrom, (void)di;
  return 2 * from[i] * x * dx;
}
void *__enzyme_register_splitderivative_at[] = {(void *)at, (void *)at_augmented, (void *)at_tangent};

// Both a gradient and a split derivative, with augmented functions of their own.
__attribute__((noinline)) static double both(double x) { return x * x * x; }
static struct value_and_tangent both_split(double x) {
  struct value_and_tangent r = {3 * x * x, x * x * x};
  return r;
}
static double both_tangent(double x, double dx, double tape) {
  (void)x;
  return tape * dx;
}
static double both_augmented(double x) { return x * x * x; }
static double both_reverse(double x, double seed) { return 7 * x * seed; }
void *__enzyme_register_gradient_both[] = {(void *)both, (void *)both_augmented, (void *)both_reverse};
void *__enzyme_register_splitderivative_both[] = {(void *)both, (void *)both_split, (void *)both_tangent};
double __enzyme_autodiff(void *, ...);

static double uses_square(double x) { return 3 * square(x) + x; }
static double uses_ratio(double x, double y) {
  double s = 0;
  for (int i = 1; i <= 40; i++)
    s += ratio(i * x, y + s) * ratio(y, 2.0);
  return s;
}
static double uses_ratio_plainly(double x, double y) {
  double s = 0;
  for (int i = 1; i <= 40; i++)
    s += i * x / (y + s) * (y / 2.0);
  return s;
}
static double uses_cube_all(double *x, int n) {
  cube_all(x, n);
  cube_all(x, n - 1);
  double s = 0;
  for (int i = 0; i < n; i++)
    s += x[i] * (i + 1);
  return s;
}
// Memory of its own, which is gone when the tangent is computed: the split derivative gets its shadow, and reads only its tape.
static double own_memory(double x, double y) {
  double v[2] = {x, x * y};
  cube_all(v, 2);
  return v[0] + v[1];
}
static double uses_root(double x) { return root(root(x) + 1) * x; }
static double uses_product(double x, double y) { return product(x, y, x * y) + product(2.0, x, 3.0); }
static float uses_half_square(float x) { return half_square(x) * half_square(x + 1); }
static double uses_at(double x) { return at(table, x, 1) * at(table, x, 2); }
static double uses_recursively(double x, int n) { return n == 0 ? x : ratio(uses_recursively(x, n - 1), x + n); }
static double uses_recursively_plainly(double x, int n) {
  return n == 0 ? x : uses_recursively_plainly(x, n - 1) / (x + n);
}

static void check_memory(void) {
  double v[3] = {0.9, -1.1, 1.2}, dv[3] = {1, 2, 3}, was[3];
  memcpy(was, v, sizeof v);
  struct tape_and_value r = __enzyme_augmentfwd((void *)uses_cube_all, enzyme_dup, v, dv, enzyme_const, 3);
  CHECK_CLOSE("memory, value", r.value, pow(was[0], 9) + 2 * pow(was[1], 9) + 3 * pow(was[2], 3), EXACT);
  CHECK_CLOSE("the recording part knows no shadows", dv[0] == 1 && dv[1] == 2 && dv[2] == 3, 1, EXACT);
  v[0] = v[1] = v[2] = NAN;
  double want = 9 * pow(was[0], 8) + 2 * 2 * 9 * pow(was[1], 8) + 3 * 3 * 3 * was[2] * was[2];
  CHECK_CLOSE("memory, tangent",
              __enzyme_fwdsplit((void *)uses_cube_all, enzyme_dup, v, dv, enzyme_const, 3, r.tape), want, EXACT);
  CHECK_CLOSE("shadow of memory", dv[2], 3 * 3 * was[2] * was[2], EXACT);

  double x[2] = {2, 3}, dx[2] = {1, -1};
  void *tape = __enzyme_augmentfwd_tape((void *)cube_all, enzyme_dup, x, dx, enzyme_const, 2);
  CHECK_CLOSE("the function itself writes", x[1], 27, EXACT);
  __enzyme_fwdsplit_void((void *)cube_all, enzyme_dup, x, dx, enzyme_const, 2, tape);
  CHECK_CLOSE("the function itself, 0", dx[0], 12, EXACT);
  CHECK_CLOSE("the function itself, 1", dx[1], -27, EXACT);
}

static void check_numbers(double x, double y) {
  double h = 1e-4;
  double dx = (uses_ratio_plainly(x + h, y) - uses_ratio_plainly(x - h, y)) / (2 * h);
  double dy = (uses_ratio_plainly(x, y + h) - uses_ratio_plainly(x, y - h)) / (2 * h);
  struct tape_and_value r = __enzyme_augmentfwd((void *)uses_ratio, x, y);
  CHECK_CLOSE("ratio, value", r.value, uses_ratio_plainly(x, y), EXACT);
  CHECK_CLOSE("ratio, tangent", __enzyme_fwdsplit((void *)uses_ratio, x, 1.0, y, 2.0, r.tape), dx + 2 * dy, NUMERIC);
  CHECK_CLOSE("each call once", augmented_calls == tangent_calls && augmented_calls >= 41, 1, EXACT);

  r = __enzyme_augmentfwd((void *)ratio, x, y);
  CHECK_CLOSE("ratio itself, value", r.value, x / y, EXACT);
  struct value_and_tangent both_of_it =
      __enzyme_fwdsplit_both((void *)ratio, enzyme_primal_return, x, 1.0, enzyme_const, y,
                             __enzyme_augmentfwd((void *)ratio, x, enzyme_const, y).tape);
  CHECK_CLOSE("ratio itself, value with the tangent", both_of_it.value, x / y, EXACT);
  CHECK_CLOSE("ratio itself, tangent", both_of_it.tangent, 1 / y, EXACT);
  CHECK_CLOSE("ratio itself, both", __enzyme_fwdsplit((void *)ratio, x, 1.0, y, 1.0, r.tape), 1 / y - x / (y * y), EXACT);

  r = __enzyme_augmentfwd((void *)uses_recursively, x, enzyme_const, 5);
  double want = (uses_recursively_plainly(x + h, 5) - uses_recursively_plainly(x - h, 5)) / (2 * h);
  CHECK_CLOSE("recursion", __enzyme_fwdsplit((void *)uses_recursively, x, 1.0, enzyme_const, 5, r.tape), want, NUMERIC);

  r = __enzyme_augmentfwd((void *)own_memory, x, y);
  want = 3 * x * x + 3 * x * x * y * y * y;
  CHECK_CLOSE("own memory", __enzyme_fwdsplit((void *)own_memory, x, 1.0, y, 0.0, r.tape), want, EXACT);
}

static void check_widths(double x, double y) {
  // A tape without addresses is read once for each direction.
  void *tape = __enzyme_augmentfwd_tape((void *)uses_product, enzyme_noret, enzyme_width, 2, x, y);
  struct two r = __enzyme_fwdsplit_two((void *)uses_product, enzyme_width, 2, x, 1.0, 0.0, y, 0.0, 1.0, tape);
  CHECK_CLOSE("product, first", r.d[0], 2 * x * y * y + 6, EXACT);
  CHECK_CLOSE("product, second", r.d[1], 2 * x * x * y, EXACT);
  struct tape_and_value again = __enzyme_augmentfwd((void *)uses_root, x);
  for (int i = 1; i <= 2; i++) {
    double s = sqrt(x), want = i * (sqrt(s + 1) + x * 0.5 / sqrt(s + 1) * 0.5 / s);
    CHECK_CLOSE("root, the tape is kept once",
                i == 1 ? __enzyme_fwdsplit((void *)uses_root, enzyme_nofree, x, 1.0, again.tape)
                       : __enzyme_fwdsplit((void *)uses_root, x, 2.0, again.tape),
                want, EXACT);
  }
}

int main(void) {
  CHECK_CLOSE("the rule is called", __enzyme_fwdsplit((void *)uses_square, 0.7, 1.0, (void *)0), 301, EXACT);
  CHECK_CLOSE("the function itself is asked for", __enzyme_fwdsplit((void *)square, 0.7, 1.0, (void *)0), 100, EXACT);
  check_numbers(0.9, 1.7);
  check_memory();
  check_widths(0.9, 1.7);
  float __enzyme_fwdsplit_float(void *, ...);
  float x = 1.5f;
  void *tape = __enzyme_augmentfwd_tape((void *)uses_half_square, enzyme_noret, x);
  CHECK_CLOSE("single precision", __enzyme_fwdsplit_float((void *)uses_half_square, x, 1.0f, tape),
              x * (x + 1) * (x + 1) / 2 + x * x / 2 * (x + 1), SINGLE);
  tape = __enzyme_augmentfwd_tape((void *)uses_at, enzyme_noret, 1.1);
  CHECK_CLOSE("a table", __enzyme_fwdsplit((void *)uses_at, 1.1, 1.0, tape), 4 * 63 * 1.1 * 1.1 * 1.1, EXACT);
  tape = __enzyme_augmentfwd_tape((void *)both, enzyme_noret, 2.0);
  CHECK_CLOSE("both kinds, tangent", __enzyme_fwdsplit((void *)both, 2.0, 1.0, tape), 12, EXACT);
  CHECK_CLOSE("both kinds, gradient", __enzyme_autodiff((void *)both, 2.0), 14, EXACT);
  return check_report();
}
