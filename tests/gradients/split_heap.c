// Split mode with the tape on the heap: what the forward part read may be overwritten before the reverse part runs.
#include "check.h"

extern int enzyme_out, enzyme_noret, enzyme_const_return, enzyme_not_overwritten;
struct tape_and_value {
  void *tape;
  double value;
};
struct tape_and_value __enzyme_augmentfwd(void *, ...);
void *__enzyme_augmentfwd_tape(void *, ...);
double __enzyme_reverse(void *, ...);
void __enzyme_reverse_void(void *, ...);

static double cube(double x) { return x * x * x; }
static double twice(double x) { return 2 * x; }

// y <- x^(2^n) as long as it is small: the number of rounds is not known before.
static double climb(double *x, double limit, int *rounds) {
  double y = x[0];
  *rounds = 0;
  while (y < limit) {
    y = y * y * x[1];
    *rounds += 1;
  }
  x[0] = y;
  return y * x[2];
}

static void map(const double *x, double *y, int n) {
  for (int i = 0; i < n; i++)
    y[i] = sin(x[i]) * x[(i + 1) % n];
}

int main(void) {
  struct tape_and_value r = __enzyme_augmentfwd((void *)cube, 0.7);
  CHECK_CLOSE("value of cube", r.value, 0.343, EXACT);
  CHECK_CLOSE("derivative of cube", __enzyme_reverse((void *)cube, 0.7, 2.0, r.tape), 2 * 3 * 0.49, EXACT);

  // Two tapes at once, used in the other order.
  struct tape_and_value first = __enzyme_augmentfwd((void *)cube, enzyme_out, 1.5);
  struct tape_and_value second = __enzyme_augmentfwd((void *)cube, enzyme_out, -0.5);
  CHECK_CLOSE("second tape", __enzyme_reverse((void *)cube, enzyme_out, -0.5, 1.0, second.tape), 0.75, EXACT);
  CHECK_CLOSE("first tape", __enzyme_reverse((void *)cube, enzyme_out, 1.5, 1.0, first.tape), 6.75, EXACT);

  // Nothing is stored: the tape is null.
  void *tape = __enzyme_augmentfwd_tape((void *)twice, enzyme_noret, 3.0);
  CHECK_CLOSE("no tape", tape == 0, 1, EXACT);
  CHECK_CLOSE("derivative of twice", __enzyme_reverse((void *)twice, 3.0, 5.0, tape), 10, EXACT);

  double x[3] = {1.3, 0.9, 1.1}, dx[3] = {0.5, 0, 0};
  int rounds;
  r = __enzyme_augmentfwd((void *)climb, enzyme_dup, x, dx, enzyme_const, 2.0, enzyme_const, &rounds);
  // Two rounds: y1 = x0^2 x1, y = y1^2 x1 = x0^4 x1^3; the seed of y*x2 is 3, that of the memory behind x0 0.5.
  double y = pow(1.3, 4) * pow(0.9, 3);
  CHECK_CLOSE("rounds", rounds, 2, EXACT);
  CHECK_CLOSE("value of climb", r.value, y * 1.1, EXACT);
  x[0] = x[1] = x[2] = 1e30;
  __enzyme_reverse_void((void *)climb, enzyme_dup, x, dx, enzyme_const, 2.0, enzyme_const, &rounds, 3.0, r.tape);
  CHECK_CLOSE("d x0", dx[0], (3 * 1.1 + 0.5) * 4 * y / 1.3, EXACT);
  CHECK_CLOSE("d x1", dx[1], (3 * 1.1 + 0.5) * 3 * y / 0.9, EXACT);
  CHECK_CLOSE("d x2", dx[2], 3 * y, EXACT);

  double a[4] = {0.1, 0.7, -0.4, 2}, b[4], da[4] = {0}, db[4] = {1, -2, 0.5, 3}, w4[4], at[4];
  memcpy(w4, db, sizeof db);
  memcpy(at, a, sizeof a);
  tape = __enzyme_augmentfwd_tape((void *)map, enzyme_dup, a, da, enzyme_dup, b, db, enzyme_const, 4);
  CHECK_CLOSE("value of map", b[1], sin(0.7) * -0.4, EXACT);
  memset(a, 0, sizeof a);
  __enzyme_reverse_void((void *)map, enzyme_dup, a, da, enzyme_dup, b, db, enzyme_const, 4, tape);
  for (int i = 0; i < 4; i++) {
    double want = w4[i] * cos(at[i]) * at[(i + 1) % 4] + w4[(i + 3) % 4] * sin(at[(i + 3) % 4]);
    CHECK_CLOSE("gradient of map", da[i], want, EXACT);
    CHECK_CLOSE("shadow of its output", db[i], 0, EXACT);
  }

  // What is said not to change is read again.
  memcpy(a, at, sizeof a);
  memcpy(db, w4, sizeof db);
  memset(da, 0, sizeof da);
  tape = __enzyme_augmentfwd_tape((void *)map, enzyme_not_overwritten, enzyme_dup, a, da, enzyme_dup, b, db,
                                  enzyme_const, 4);
  __enzyme_reverse_void((void *)map, enzyme_not_overwritten, enzyme_dup, a, da, enzyme_dup, b, db, enzyme_const, 4,
                        tape);
  for (int i = 0; i < 4; i++)
    CHECK_CLOSE("gradient of map, not overwritten", da[i],
                w4[i] * cos(at[i]) * at[(i + 1) % 4] + w4[(i + 3) % 4] * sin(at[(i + 3) % 4]), EXACT);
  return check_report();
}
