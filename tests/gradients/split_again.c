// enzyme_nofree: several reverse runs on one tape, which each leave it as it was. The function adds up in memory of its own that starts
// as zeros, whose shadows a reverse run leaves dirty.
#include "check.h"

extern int enzyme_nofree, enzyme_tape, enzyme_allocated;
void *__enzyme_augmentfwd(void *, ...);
void __enzyme_reverse(void *, ...);

static void sums(const double *x, int n, double *y, int m) {
  double *heap = calloc((size_t)m, sizeof *heap);
  double stack[4] = {0};
  for (int i = 0; i < n; i++) {
    heap[i % m] += x[i] * x[(i + 3) % n];
    stack[i % 4] = stack[i % 4] * x[i] + exp(x[i]);
  }
  for (int j = 0; j < m; j++)
    y[j] = heap[j] * stack[j % 4];
  free(heap);
}

enum { N = 600, M = 5 };

int main(void) {
  static double x[N], dx[N], y[M], dy[M], once[M][N];
  for (int i = 0; i < N; i++)
    x[i] = 0.8 * sin(1.0 + i);
  for (int j = 0; j < M; j++) {
    memset(dx, 0, sizeof dx);
    memset(dy, 0, sizeof dy);
    dy[j] = 1;
    void *tape = __enzyme_augmentfwd((void *)sums, enzyme_dup, x, dx, enzyme_const, N, enzyme_dup, y, dy, enzyme_const, M);
    __enzyme_reverse((void *)sums, enzyme_dup, x, dx, enzyme_const, N, enzyme_dup, y, dy, enzyme_const, M, tape);
    memcpy(once[j], dx, sizeof dx);
  }
  // The product rule by hand for one of them.
  double h = 0, s = 0;
  for (int i = 0; i < N; i++) {
    if (i % M == 2)
      h += x[i] * x[(i + 3) % N];
    if (i % 4 == 2)
      s = s * x[i] + exp(x[i]);
  }
  CHECK_CLOSE("value", y[2], h * s, EXACT);
  memset(dx, 0, sizeof dx);
  memset(dy, 0, sizeof dy);
  void *tape = __enzyme_augmentfwd((void *)sums, enzyme_dup, x, dx, enzyme_const, N, enzyme_dup, y, dy, enzyme_const, M);
  static double at[N];
  memcpy(at, x, sizeof x);
  memset(x, 0, sizeof x);
  for (int j = 0; j <= M; j++) {
    int k = j % M;
    memset(dx, 0, sizeof dx);
    memset(dy, 0, sizeof dy);
    dy[k] = 1;
    __enzyme_reverse((void *)sums, enzyme_nofree, enzyme_dup, x, dx, enzyme_const, N, enzyme_dup, y, dy, enzyme_const,
                     M, tape);
    for (int i = 0; i < N; i++)
      if (fabs(dx[i] - once[k][i]) > 1e-13 * (1 + fabs(once[k][i])))
        CHECK_CLOSE("a row of the Jacobian", dx[i], once[k][i], EXACT);
  }
  memset(dx, 0, sizeof dx);
  dy[1] = 1;
  __enzyme_reverse((void *)sums, enzyme_dup, x, dx, enzyme_const, N, enzyme_dup, y, dy, enzyme_const, M, tape);
  double worst = 0;
  for (int i = 0; i < N; i++)
    worst = fmax(worst, fabs(dx[i] - once[1][i]));
  CHECK_CLOSE("the last row gives the tape back", worst, 0, 1e-11);
  // By differences, one column.
  memcpy(x, at, sizeof x);
  double above[M], below[M], step = 1e-5;
  x[7] = at[7] + step;
  sums(x, N, above, M);
  x[7] = at[7] - step;
  sums(x, N, below, M);
  for (int j = 0; j < M; j++)
    CHECK_CLOSE("a column by differences", once[j][7], (above[j] - below[j]) / (2 * step), 1e-7);
  return check_report();
}
