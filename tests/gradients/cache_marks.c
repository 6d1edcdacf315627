// Attributes that say what is computed again in the reverse sweep: the calls are counted.
#include "check.h"

extern int enzyme_out;
double __enzyme_autodiff(void *, ...);

static int calls;

// Its derivative is none, but what it returns is a factor of one.
__attribute__((noinline, annotate("enzyme_inactive"), annotate("enzyme_shouldrecompute"))) static double again(int i) {
  calls++;
  return 1.0 / (1 + i);
}
__attribute__((noinline, annotate("enzyme_inactive"))) static double once(int i) {
  calls++;
  return 1.0 / (1 + i);
}

static double f(double x, int n) {
  double s = x;
  for (int i = 0; i < n; i++)
    s = s * again(i) + x;
  return s;
}
static double g(double x, int n) {
  double s = x;
  for (int i = 0; i < n; i++)
    s = s * once(i) + x;
  return s;
}

int main(void) {
  double x = 0.7, want = 1;
  int n = 6;
  for (int i = 0; i < n; i++)
    want = want / (1 + i) + 1;
  CHECK_CLOSE("computed again", __enzyme_autodiff((void *)f, enzyme_out, x, enzyme_const, n), want, EXACT);
  CHECK_CLOSE("twice as many calls", calls, 2 * n, EXACT);
  calls = 0;
  CHECK_CLOSE("stored", __enzyme_autodiff((void *)g, enzyme_out, x, enzyme_const, n), want, EXACT);
  CHECK_CLOSE("one call each", calls, n, EXACT);
  return check_report();
}
