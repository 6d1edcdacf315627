// Calls that say something to the tool: that a call is inactive, how often a loop runs, that memory is cleared whatever it holds.
#include "check.h"

double __enzyme_call_inactive(void *, ...);
int __enzyme_iter(int, int);
void enzyme_zerotype(void *, unsigned char, size_t);

__attribute__((noinline)) static double scale(double x, int n) { return x * x + n; }

#ifdef SELFTEST // Difference quotients see through what is declared inactive: it is held at the point of the test.
#define INACTIVE(x, n) ((void)(x), scale(1.5, n))
#define ITERATIONS(n, k) (n)
#define CLEAR(p, size) memset(p, 0, size)
#else
#define INACTIVE(x, n) __enzyme_call_inactive((void *)scale, x, n)
#define ITERATIONS(n, k) __enzyme_iter(n, k)
#define CLEAR(p, size) enzyme_zerotype(p, 0, size)
#endif

static double f(double x) {
  double sum[2] = {x, x};
  CLEAR(sum, sizeof sum);
  int n = 3;
  for (int i = 0; i < ITERATIONS(n, 2); i++)
    sum[i & 1] += x * INACTIVE(x, 2);
  return sum[0] * sum[1];
}

// With c = 1.5^2 + 2, f = 2 c x * c x.
int main(void) {
  double c = 1.5 * 1.5 + 2;
  CHECK_CLOSE("f", f(1.5), 2 * c * c * 1.5 * 1.5, EXACT);
#ifdef SELFTEST
  CHECK_CLOSE("df", check_scalar_difference(f, 1.5), 4 * c * c * 1.5, NUMERIC);
#else
  CHECK_CLOSE("df", __enzyme_fwddiff((void *)f, 1.5, 1.0), 4 * c * c * 1.5, EXACT);
#endif
  return check_report();
}
