// Memory that is aligned by arithmetic on addresses, and is reached by the aligned address and by the one from which that was made: the
// shadow, which may be aligned otherwise, must be moved as far.
#include "check.h"

#include <stddef.h>
#include <stdint.h>

enum { BOUND = 64 };

static double *align(void *p) {
  return (double *)(((uintptr_t)p + (BOUND - 1)) & ~(uintptr_t)(BOUND - 1));
}

static double on_heap(const double *x, int n) {
  char *raw = malloc(sizeof(double) * (size_t)n + BOUND + 8);
  double *whole = (double *)(raw + 8);
  double *aligned = align(whole);
  for (int i = 0; i < n; i++)
    aligned[i] = x[i] * x[i];
  ptrdiff_t first = aligned - whole;
  double sum = 0;
  for (int i = 0; i < n; i++)
    sum += whole[first + i] * (i + 1);
  free(raw);
  return sum;
}

static double on_stack(const double *x, int n) {
  double raw[24] = {0};
  double *aligned = align(raw + 1);
  memcpy(aligned, x, sizeof(double) * (size_t)n);
  aligned[0] *= aligned[1];
  double sum = 0;
  for (int i = 0; i < 24; i++)
    sum += raw[i] * raw[i];
  return sum;
}

static double f(const double *x, int n) { return on_heap(x, n) + sin(on_stack(x, n)); }

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  return check_report();
}
