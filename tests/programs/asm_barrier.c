// Inline assembly without text, which keeps optimizers from folding or moving what passes through it.
#include "check.h"

// Eigen's and Google Benchmark's forms: a value in a register or in memory, an address, and nothing at all.
#define PASS(x) __asm__ __volatile__("" : "+r,x"(x))
#define PASS_ANY(x) __asm__ __volatile__("" : "+g,x"(x))
#define PASS_MEMORY(x) __asm__ __volatile__("" : "+m"(x) : : "memory")
#define KEEP(x) __asm__ __volatile__("" : : "r,m"(x) : "memory")
#define BARRIER() __asm__ __volatile__("" : : : "memory")

// Between two stores through the same address, so that what is loaded after the barriers is the second.
static double f(const double *x, int n) {
  double total = 0, seen[2];
  for (int i = 0; i < n; i++) {
    double y = x[i] * x[i];
    PASS(y);
    double z = sin(y) + x[i];
    PASS_ANY(z);
    seen[i & 1] = y;
    BARRIER();
    seen[i & 1] = z * y;
    KEEP(seen);
    PASS_MEMORY(seen[i & 1]);
    const double *p = seen;
    PASS(p);
    long bits;
    memcpy(&bits, &p[i & 1], sizeof bits);
    PASS(bits);
    memcpy(&z, &bits, sizeof z);
    KEEP(z);
    total += z * x[n - 1 - i];
  }
  return total;
}

// The tangent of what the barrier hands on is that of its operand at that moment, not of the variable.
static double in_turn(double x) {
  double y = 2.0 * x, z = y;
  PASS(z);
  y = 3.0 * z;
  PASS(y);
  z = y * z;
  PASS_ANY(z);
  return z;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  CHECK_SCALAR(in_turn, 0.75, 24.0 * 0.75, EXACT); // 2x * 6x
  return check_report();
}
