// enzyme_width with memory, loops, calls, stack and heap: each direction has its own shadow of everything.
#include "check.h"

enum { N = 4, W = 5 };

__attribute__((noinline)) static void smooth(double *a, int n) {
  double *copy = malloc(sizeof(double) * (size_t)n);
  memcpy(copy, a, sizeof(double) * (size_t)n);
  for (int i = 0; i < n; i++)
    a[i] = copy[i] * copy[(i + 1) % n] + 0.5 * copy[(i + n - 1) % n];
  free(copy);
}

static void f(const double *x, double *y) {
  double work[N];
  for (int i = 0; i < N; i++)
    work[i] = sin(x[i]);
  smooth(work, N);
  smooth(work, N);
  for (int i = 0; i < N; i++)
    y[i] = work[i] > 0 ? work[i] : work[i] * x[0];
}

static void map(const double *x, int n, double *y, int m) {
  (void)n;
  (void)m;
  f(x, y);
}

int main(void) {
  double x[N] = {0.5, -0.3, 1.2, 0.8}, y[N], dx[W][N], dy[W][N], want[N];
  struct check_target target = {0, 0, map, 0};
  for (int k = 0; k < W; k++) {
    check_direction(k, N, dx[k]);
    for (int i = 0; i < N; i++)
      dx[k][i] *= k + 1.0;
  }
#ifdef SELFTEST
  for (int k = 0; k < W; k++)
    check_stand_in(&target, x, dx[k], N, dy[k], N);
#else
  __enzyme_fwddiff_void((void *)f, enzyme_width, W, enzyme_dup, x, dx[0], dx[1], dx[2], dx[3], dx[4], enzyme_dup, y, dy[0],
                        dy[1], dy[2], dy[3], dy[4]);
#endif
  for (int k = 0; k < W; k++) {
    check_expected(&target, 0, x, dx[k], N, want, N);
    for (int i = 0; i < N; i++)
      CHECK_CLOSE("dy", dy[k][i], want[i], NUMERIC);
  }
  (void)y;
  return check_report();
}
