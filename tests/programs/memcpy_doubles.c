// memcpy of doubles: constant and run-time sizes, to and from stack, heap and arguments.
#include "check.h"

enum { N = 6 };

static void f(const double *x, int n, double *y, int m) {
  double buffer[2 * N];
  double *heap = malloc(sizeof(double) * (size_t)n);
  memcpy(buffer, x, N * sizeof(double));
  memcpy(buffer + N, x, sizeof(double) * (size_t)n);
  for (int i = 0; i < N; i++)
    buffer[i] *= buffer[N + (i + 1) % n];
  memcpy(heap, buffer, sizeof(double) * (size_t)n);
  buffer[0] = 1e6; // must not reach the copy
  heap[1] *= heap[2];
  memcpy(y, heap, sizeof(double) * (size_t)m);
  free(heap);
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  for (int i = 0; i < m; i++) {
    int k = (i + 1) % n;
    dy[i] = v[i] * x[k] + x[i] * v[k];
  }
  double a = x[1] * x[2], da = dy[1], b = x[2] * x[3], db = dy[2];
  dy[1] = da * b + a * db;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6, 0.1};
  CHECK_MAP(f, N, N, x, jvp, EXACT);
  CHECK_MAP(f, N, 4, x, jvp, EXACT);
  return check_report();
}
