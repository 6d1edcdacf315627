// Split mode with memory of the caller's for the tape: at an address, or by value.
#include "check.h"

extern int enzyme_out, enzyme_tape, enzyme_allocated, enzyme_nofree;
long __enzyme_augmentsize(void *, ...);
double __enzyme_augmentfwd_value(void *, ...);
void __enzyme_augmentfwd_void(void *, ...);
double __enzyme_reverse(void *, ...);
void __enzyme_reverse_void(void *, ...);
struct tape {
  void *words[6];
};
struct tape_and_value {
  struct tape tape;
  double value;
};
struct tape_and_value __enzyme_augmentfwd_both(void *, ...);

static double product(const double *x, long n) {
  double p = 1;
  for (long i = 0; i < n; i++)
    p = p * x[i] + sin(p);
  return p;
}

static double half(double x) { return 0.5 * x; }

int main(void) {
  struct tape buffer, other;
  long size = __enzyme_augmentsize((void *)product, enzyme_dup, enzyme_const);
  CHECK_CLOSE("the tape fits", size > 0 && size <= (long)sizeof buffer, 1, EXACT);
  CHECK_CLOSE("nothing to store", __enzyme_augmentsize((void *)half, enzyme_out), 0, EXACT);

  double x[5] = {0.3, 1.2, -0.7, 2.0, 0.9}, at[5], dx[5] = {0}, want[5] = {0};
  memcpy(at, x, sizeof x);
  // By hand: p_{i+1} = p_i x_i + sin p_i.
  double p[6] = {1}, bar = 1;
  for (int i = 0; i < 5; i++)
    p[i + 1] = p[i] * x[i] + sin(p[i]);
  for (int i = 4; i >= 0; i--) {
    want[i] = bar * p[i];
    bar *= x[i] + cos(p[i]);
  }
  double value = __enzyme_augmentfwd_value((void *)product, enzyme_allocated,
                                           __enzyme_augmentsize((void *)product, enzyme_dup, enzyme_const), enzyme_tape,
                                           &buffer, enzyme_dup, x, dx, enzyme_const, 5L);
  CHECK_CLOSE("value", value, p[5], EXACT);
  memset(x, 0, sizeof x);
  // The tape can be moved.
  other = buffer;
  memset(&buffer, 0, sizeof buffer);
  __enzyme_reverse_void((void *)product, enzyme_allocated, sizeof other, enzyme_tape, &other, enzyme_dup, x, dx,
                        enzyme_const, 5L, 1.0);
  for (int i = 0; i < 5; i++)
    CHECK_CLOSE("gradient", dx[i], want[i], EXACT);

  memcpy(x, at, sizeof x);
  memset(dx, 0, sizeof dx);
  struct tape_and_value r =
      __enzyme_augmentfwd_both((void *)product, enzyme_allocated, 48L, enzyme_dup, x, dx, enzyme_const, 5L);
  CHECK_CLOSE("value beside the tape", r.value, p[5], EXACT);
  memset(x, 0, sizeof x);
  __enzyme_reverse_void((void *)product, enzyme_allocated, 48L, enzyme_dup, x, dx, enzyme_const, 5L, 2.0, r.tape);
  for (int i = 0; i < 5; i++)
    CHECK_CLOSE("gradient, by value", dx[i], 2 * want[i], EXACT);

  // Nothing is stored, and nothing is passed on.
  value = __enzyme_augmentfwd_value((void *)half, enzyme_allocated, 0L, enzyme_out, 3.0);
  CHECK_CLOSE("value without tape", value, 1.5, EXACT);
  CHECK_CLOSE("derivative without tape", __enzyme_reverse((void *)half, enzyme_allocated, 0L, enzyme_out, 3.0, 4.0), 2,
              EXACT);

  // The address of the tape alone: it is on the heap, and its address goes to the given place.
  void *place = 0;
  memcpy(x, at, sizeof x);
  memset(dx, 0, sizeof dx);
  __enzyme_augmentfwd_void((void *)product, enzyme_tape, &place, enzyme_dup, x, dx, enzyme_const, 5L);
  memset(x, 0, sizeof x);
  __enzyme_reverse_void((void *)product, enzyme_tape, &place, enzyme_dup, x, dx, enzyme_const, 5L, 1.0);
  for (int i = 0; i < 5; i++)
    CHECK_CLOSE("gradient, from the heap", dx[i], want[i], EXACT);
  return check_report();
}
