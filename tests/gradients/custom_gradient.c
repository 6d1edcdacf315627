// Gradients that the program registers: with and without a tape, of numbers and of memory, with constant arguments, and one that is not the
// derivative, which shows that it is called and the function was not inlined before.
#include "check.h"

extern int enzyme_out, enzyme_primal_return;
double __enzyme_autodiff(void *, ...);
void __enzyme_autodiff_void(void *, ...);
struct two {
  double x, y;
};
struct two __enzyme_autodiff_two(void *, ...);
struct tape_and_value {
  void *tape;
  double value;
};
struct tape_and_value __enzyme_augmentfwd(void *, ...);
double __enzyme_reverse(void *, ...);

static int augmented_calls, reverse_calls;

// One number, no tape. The gradient says 100 where the derivative is 2x.
__attribute__((noinline)) static double square(double x) { return x * x; }
static double square_augmented(double x) { return x * x; }
static double square_reverse(double x, double seed) {
  (void)x;
  return 100 * seed;
}
void *__enzyme_register_gradient_square[] = {(void *)square, (void *)square_augmented, (void *)square_reverse};

// Two numbers and a tape on the heap.
__attribute__((noinline)) static double ratio(double x, double y) { return x / y; }
struct ratio_result {
  double *tape;
  double value;
};
static struct ratio_result ratio_augmented(double x, double y) {
  augmented_calls++;
  double *tape = malloc(sizeof *tape);
  *tape = 1 / y;
  struct ratio_result r = {tape, x / y};
  return r;
}
static struct two ratio_reverse(double x, double y, double seed, double *tape) {
  (void)y;
  reverse_calls++;
  struct two r = {seed * *tape, -seed * x * *tape * *tape};
  free(tape);
  return r;
}
void *__enzyme_register_gradient_ratio[] = {(void *)ratio, (void *)ratio_augmented, (void *)ratio_reverse};

// Memory, with a number as the tape; nothing is returned.
__attribute__((noinline)) static void cube_all(double *x, int n) {
  for (int i = 0; i < n; i++)
    x[i] = x[i] * x[i] * x[i];
}
static double *cube_all_augmented(double *x, double *dx, int n, int shadow_of_n) {
  (void)dx;
  if (shadow_of_n != n)
    abort();
  double *tape = malloc(sizeof(double) * (size_t)n);
  memcpy(tape, x, sizeof(double) * (size_t)n);
  cube_all(x, n);
  return tape;
}
static void cube_all_reverse(double *x, double *dx, int n, int shadow_of_n, double *tape) {
  (void)x;
  if (shadow_of_n != n)
    abort();
  for (int i = 0; i < n; i++)
    dx[i] *= 3 * tape[i] * tape[i];
  free(tape);
}
void *__enzyme_register_gradient_cube_all[] = {(void *)cube_all, (void *)cube_all_augmented,
                                               (void *)cube_all_reverse};

// A table of constants: its shadow is never written, so the call may pass the table itself.
__attribute__((noinline)) static double at(const double *table, double x) { return table[0] * x + table[1]; }
static double at_augmented(const double *table, double *dtable, double x) {
  (void)dtable;
  return table[0] * x + table[1];
}
static double at_reverse(const double *table, double *dtable, double x, double seed) {
  (void)x;
  (void)dtable;
  return table[0] * seed;
}
void *__enzyme_register_gradient_at[] = {(void *)at, (void *)at_augmented, (void *)at_reverse};

// Three numbers: C returns the adjoints through memory, and the tape and the value in one structure of 24 bytes.
struct three {
  double x, y, z;
};
__attribute__((noinline)) static double mix(double x, double y, double z) { return (x + y) * z; }
static struct ratio_result mix_augmented(double x, double y, double z) {
  struct ratio_result r = {0, (x + y) * z};
  return r;
}
static struct three mix_reverse(double x, double y, double z, double seed, double *tape) {
  if (tape)
    abort();
  struct three r = {seed * z, seed * z, seed * (x + y)};
  return r;
}
void *__enzyme_register_gradient_mix[] = {(void *)mix, (void *)mix_augmented, (void *)mix_reverse};

// Single precision: C packs the adjoints into a vector, and value and tape into another.
__attribute__((noinline)) static float hypotenuse(float x, float y) { return sqrtf(x * x + y * y); }
struct float_result {
  float tape, value;
};
static struct float_result hypotenuse_augmented(float x, float y) {
  float r = sqrtf(x * x + y * y);
  struct float_result result = {1 / r, r};
  return result;
}
struct two_floats {
  float x, y;
};
static struct two_floats hypotenuse_reverse(float x, float y, float seed, float tape) {
  struct two_floats r = {seed * x * tape, seed * y * tape};
  return r;
}
void *__enzyme_register_gradient_hypotenuse[] = {(void *)hypotenuse, (void *)hypotenuse_augmented,
                                                 (void *)hypotenuse_reverse};

// An address with its shadow is returned.
__attribute__((noinline)) static double *second(double *p) { return p + 1; }
struct pointers {
  double *value, *shadow;
};
static struct pointers second_augmented(double *p, double *dp) {
  struct pointers r = {p + 1, dp + 1};
  return r;
}
static void second_reverse(double *p, double *dp) {
  (void)p;
  (void)dp;
}
void *__enzyme_register_gradient_second[] = {(void *)second, (void *)second_augmented, (void *)second_reverse};

static double uses_square(double x) { return 3 * square(x) + x; }
static double uses_ratio(double x, double y) {
  double s = 0;
  for (int i = 1; i <= 3; i++)
    s += ratio(i * x, y + s) * ratio(y, 2.0);
  return s;
}
static double uses_ratio_plainly(double x, double y) {
  double s = 0;
  for (int i = 1; i <= 3; i++)
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
static const double table[2] = {4, 7};
static double uses_at(double x) { return at(table, x) * x; }
static double uses_mix(double x, double y) { return mix(x, y, x * y) + mix(2.0, x, 3.0); }
static float uses_hypotenuse(float x, float y) { return hypotenuse(x, y) * y; }
static double uses_second(double *p) { return *second(p) * p[0]; }
static double uses_pointer(double (*f)(double, double), double x) { return f(x, 2 + x); }

int main(void) {
  CHECK_CLOSE("the registered gradient is called", __enzyme_autodiff((void *)uses_square, 0.7), 301, EXACT);
  CHECK_CLOSE("the function itself is asked for", __enzyme_autodiff((void *)square, 0.7), 100, EXACT);
  double x = 0.9, y = 1.7, h = 1e-4;
  struct two g = __enzyme_autodiff_two((void *)uses_ratio, x, y);
  double dx = (uses_ratio_plainly(x + h, y) - uses_ratio_plainly(x - h, y)) / (2 * h);
  double dy = (uses_ratio_plainly(x, y + h) - uses_ratio_plainly(x, y - h)) / (2 * h);
  CHECK_CLOSE("ratio, x", g.x, dx, NUMERIC);
  CHECK_CLOSE("ratio, y", g.y, dy, NUMERIC);
  // The optimizer may take one of the two calls out of the loop.
  CHECK_CLOSE("each call once", augmented_calls == reverse_calls && augmented_calls >= 4, 1, EXACT);
  g = __enzyme_autodiff_two((void *)ratio, x, y);
  CHECK_CLOSE("ratio itself, x", g.x, 1 / y, EXACT);
  CHECK_CLOSE("ratio itself, y", g.y, -x / (y * y), EXACT);
  CHECK_CLOSE("one argument", __enzyme_autodiff((void *)ratio, x, enzyme_const, y), 1 / y, EXACT);
  struct tape_and_value r = __enzyme_augmentfwd((void *)uses_ratio, x, enzyme_const, y);
  CHECK_CLOSE("value in split mode", r.value, uses_ratio_plainly(x, y), EXACT);
  CHECK_CLOSE("in split mode", __enzyme_reverse((void *)uses_ratio, x, enzyme_const, y, 2.0, r.tape), 2 * dx, NUMERIC);

  double v[3] = {0.9, -1.1, 1.2}, dv[3] = {0}, was[3];
  memcpy(was, v, sizeof v);
  __enzyme_autodiff_void((void *)uses_cube_all, enzyme_dup, v, dv, enzyme_const, 3);
  CHECK_CLOSE("v0", dv[0], 9 * pow(was[0], 8), EXACT);
  CHECK_CLOSE("v1", dv[1], 2 * 9 * pow(was[1], 8), EXACT);
  CHECK_CLOSE("v2", dv[2], 3 * 3 * was[2] * was[2], EXACT);

  CHECK_CLOSE("a table", __enzyme_autodiff((void *)uses_at, x), 8 * x + 7, EXACT);
  g = __enzyme_autodiff_two((void *)uses_mix, x, y);
  CHECK_CLOSE("mix, x", g.x, 2 * x * y + y * y + 3, EXACT);
  CHECK_CLOSE("mix, y", g.y, x * x + 2 * x * y, EXACT);
  struct two_floats __enzyme_autodiff_floats(void *, ...);
  struct two_floats gf = __enzyme_autodiff_floats((void *)uses_hypotenuse, 3.0f, 4.0f);
  CHECK_CLOSE("hypotenuse, x", gf.x, 4 * 3 / 5.0, SINGLE);
  CHECK_CLOSE("hypotenuse, y", gf.y, 5 + 4 * 4 / 5.0, SINGLE);
  double p[2] = {3, 5}, dp[2] = {0};
  __enzyme_autodiff_void((void *)uses_second, enzyme_dup, p, dp);
  CHECK_CLOSE("p0", dp[0], 5, EXACT);
  CHECK_CLOSE("p1", dp[1], 3, EXACT);
  void *__enzyme_virtualreverse(void *);
  void *shadow = __enzyme_virtualreverse((void *)ratio);
  augmented_calls = 0;
  CHECK_CLOSE("through a pointer",
              __enzyme_autodiff((void *)uses_pointer, enzyme_dup, (void *)ratio, shadow, enzyme_out, x),
              1 / (2 + x) - x / ((2 + x) * (2 + x)), EXACT);
  CHECK_CLOSE("through a pointer by the rule", augmented_calls, 1, EXACT);
  return check_report();
}
