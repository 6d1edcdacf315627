// Doubles that travel as 64-bit integers: through memcpy into registers, through arrays of them, and through vectors of them.
#include "check.h"
#include <stdint.h>

// Integers that may be the bits of anything. Plain ones would name themselves integers to the optimizer (TBAA).
typedef int64_t __attribute__((may_alias)) word;
typedef int64_t words __attribute__((vector_size(32)));

// One at a time through an integer register.
static void registers(const double *restrict x, int n, double *restrict y, int m) {
  for (int i = 0; i < m; i++) {
    uint64_t bits;
    memcpy(&bits, &x[n - 1 - i], sizeof bits);
    memcpy(&y[i], &bits, sizeof bits);
    y[i] *= y[i];
  }
}

// All of them through memory that is declared as integers.
static void memory(const double *restrict x, int n, double *restrict y, int m) {
  word bits[8];
  memcpy(bits, x, (size_t)n * sizeof *x);
  word last = bits[n - 1];
  for (int i = n - 1; i > 0; i--)
    bits[i] = bits[i - 1];
  bits[0] = last;
  memcpy(y, bits, (size_t)m * sizeof *y);
  for (int i = 0; i < m; i++)
    y[i] = sin(y[i]) * x[i];
}

// Four at a time through a vector of integers whose lanes change places.
static void vectors(const double *restrict x, int n, double *restrict y, int m) {
  words v;
  (void)n;
  (void)m;
  memcpy(&v, x, sizeof v);
  v = __builtin_shufflevector(v, v, 2, 0, 3, 1);
  memcpy(y, &v, sizeof v);
  for (int i = 0; i < 4; i++)
    y[i] *= x[i];
}

static void registers_jvp(const double *x, const double *v, int n, double *dy, int m) {
  for (int i = 0; i < m; i++)
    dy[i] = 2.0 * x[n - 1 - i] * v[n - 1 - i];
}

static void memory_jvp(const double *x, const double *v, int n, double *dy, int m) {
  for (int i = 0; i < m; i++) {
    int from = (i + n - 1) % n;
    dy[i] = cos(x[from]) * v[from] * x[i] + sin(x[from]) * v[i];
  }
}

static void vectors_jvp(const double *x, const double *v, int n, double *dy, int m) {
  const int from[4] = {2, 0, 3, 1};
  (void)n;
  for (int i = 0; i < m; i++)
    dy[i] = v[from[i]] * x[i] + x[from[i]] * v[i];
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8};
  CHECK_MAP(registers, 4, 4, x, registers_jvp, EXACT);
  CHECK_MAP(memory, 4, 4, x, memory_jvp, EXACT);
  CHECK_MAP(vectors, 4, 4, x, vectors_jvp, EXACT);
  return check_report();
}
