// Memory without derivatives that is released before the function returns: indices and weights that the reverse sweep reads again, and what is
// allocated afterwards in their place.
#include "check.h"

static double gather(const double *x, int n) {
  int *index = malloc(sizeof(int) * (size_t)n);
  double *weight = malloc(sizeof(double) * (size_t)n);
  for (int i = 0; i < n; i++) {
    index[i] = (i * 7 + 3) % n;
    weight[i] = 1.0 / (1 + i);
  }
  double s = 0;
  for (int i = 0; i < n; i++)
    s += x[index[i]] * x[i] * weight[i];
  free(index);
  free(weight);
  int *other = malloc(sizeof(int) * (size_t)n);
  for (int i = 0; i < n; i++)
    other[i] = n - 1 - i;
  for (int i = 0; i < n; i++)
    s += sin(x[other[i]]) * s;
  free(other);
  return s;
}

__attribute__((noinline)) static void release(int *p) { free(p); }

// Released by a function, in a loop.
static double by_function(const double *x, int n) {
  double s = 0;
  for (int round = 1; round < 4; round++) {
    int *index = malloc(sizeof(int) * (size_t)n);
    for (int i = 0; i < n; i++)
      index[i] = (i * round + 1) % n;
    for (int i = 0; i < n; i++)
      s += x[index[i]] * x[i];
    release(index);
  }
  return s;
}

int main(void) {
  double x[6] = {0.3, -0.5, 0.7, 1.1, -0.2, 0.4};
  CHECK_FUNCTIONAL(gather, 6, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(by_function, 6, x, 0, NUMERIC);
  return check_report();
}
