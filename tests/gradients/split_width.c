// Split mode for three cotangents at once; a target that returns a structure through memory; one that returns an address.
#include "check.h"

extern int enzyme_dupv, enzyme_out;
void *__enzyme_augmentfwd(void *, ...);
struct tape_and_value {
  void *tape;
  double value;
};
struct tape_and_value __enzyme_augmentfwd_both(void *, ...);
struct check_triple __enzyme_reverse_triple(void *, ...);
void __enzyme_reverse_void(void *, ...);

static double f(double x, const double *p) { return x * x * p[0] + sin(p[1]) * x; }

struct big {
  double v[4];
};
static struct big powers(double *x) {
  struct big r = {{x[0], x[0] * x[1], x[1] * x[1], 1}};
  return r;
}

struct tape_value_shadow {
  void *tape;
  double *value, *shadow;
};
struct tape_value_shadow __enzyme_augmentfwd_three(void *, ...);
static double *scale(double *x, double *store) {
  *store = *x * *x;
  return store;
}

int main(void) {
  double p[2] = {0.4, 1.1}, dp[3][2] = {{0}}, x = 0.9;
  struct tape_and_value r =
      __enzyme_augmentfwd_both((void *)f, enzyme_width, 3, enzyme_out, x, enzyme_dup, p, dp[0], dp[1], dp[2]);
  CHECK_CLOSE("value", r.value, x * x * p[0] + sin(p[1]) * x, EXACT);
  double p0 = p[0], p1 = p[1];
  p[0] = p[1] = 1e30;
  struct check_triple seed = {{1, -2, 0.5}};
  struct check_triple dx = __enzyme_reverse_triple((void *)f, enzyme_width, 3, enzyme_out, x, enzyme_dup, p, dp[0],
                                                   dp[1], dp[2], seed, r.tape);
  for (int lane = 0; lane < 3; lane++) {
    CHECK_CLOSE("dx", dx.d[lane], seed.d[lane] * (2 * x * p0 + sin(p1)), EXACT);
    CHECK_CLOSE("dp0", dp[lane][0], seed.d[lane] * x * x, EXACT);
    CHECK_CLOSE("dp1", dp[lane][1], seed.d[lane] * cos(p1) * x, EXACT);
  }

  double y[2] = {3, 2}, dy[2] = {0};
  struct big dr = {{1, 10, 100, 1000}};
  void *tape = __enzyme_augmentfwd((void *)powers, &dr, enzyme_dup, y, dy);
  y[0] = y[1] = 0;
  __enzyme_reverse_void((void *)powers, &dr, enzyme_dup, y, dy, tape);
  CHECK_CLOSE("dy0", dy[0], 1 + 10 * 2, EXACT);
  CHECK_CLOSE("dy1", dy[1], 10 * 3 + 100 * 2 * 2, EXACT);

  double a = 1.5, da = 0, b = 0, db = 0;
  struct tape_value_shadow t = __enzyme_augmentfwd_three((void *)scale, enzyme_dup, &a, &da, enzyme_dup, &b, &db);
  CHECK_CLOSE("what is returned", t.value == &b && t.shadow == &db && b == 2.25, 1, EXACT);
  a = 0;
  *t.shadow = 4;
  __enzyme_reverse_void((void *)scale, enzyme_dup, &a, &da, enzyme_dup, &b, &db, t.tape);
  CHECK_CLOSE("da", da, 4 * 2 * 1.5, EXACT);
  return check_report();
}
