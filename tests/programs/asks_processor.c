// Code that asks the processor about itself or for the time, by inline assembly, and computes with floats beside.
#include "check.h"

#if defined(__x86_64__)
#include <cpuid.h>

static unsigned tile(void) {
  unsigned a, b, c, d, low, high;
  __cpuid(0, a, b, c, d);
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
  return (a + b + c + d + low + high) % 2 + 1;
}
#else
static unsigned tile(void) { return 2; }
#endif

static double f(const double *x, int n) {
  int step = (int)tile();
  double sum = 0;
  for (int first = 0; first < n; first += step)
    for (int i = first; i < first + step && i < n; i++)
      sum += x[i] * x[i] * x[0];
  return sum;
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  dy[0] = 0;
  for (int i = 0; i < n; i++)
    dy[0] += 2 * x[i] * v[i] * x[0] + x[i] * x[i] * v[0];
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6};
  CHECK_FUNCTIONAL(f, 5, x, jvp, EXACT);
  return check_report();
}
