// Vectorised loops with conditions: masked stores, selects, minimum and maximum reductions, float data.
#include "check.h"

enum { N = 48 };

static void clamp(const double *restrict x, int n, double *restrict y, int m) {
  (void)m;
  for (int i = 0; i < n; i++) {
    y[i] = x[i] * x[i];
    if (x[i] > 0.3)
      y[i] = 2.0 * x[i];
  }
}

static double largest(const double *x, int n) {
  double best = x[0], least = x[0];
  for (int i = 1; i < n; i++) {
    best = x[i] > best ? x[i] : best;
    least = x[i] < least ? x[i] : least;
  }
  return best * best - 3.0 * least;
}

static double single(const double *x, int n) {
  float buffer[N], s = 0;
  for (int i = 0; i < n; i++)
    buffer[i] = (float)x[i] * 0.5f;
  for (int i = 0; i < n; i++)
    buffer[i] = buffer[i] > 0.0f ? buffer[i] * buffer[i] : 0.25f * buffer[i];
  for (int i = 0; i < n; i++)
    s += buffer[i];
  return s;
}

static void clamp_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  for (int i = 0; i < n; i++)
    dy[i] = x[i] > 0.3 ? 2 * v[i] : 2 * x[i] * v[i];
}

static void largest_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  int high = 0, low = 0;
  for (int i = 1; i < n; i++) {
    high = x[i] > x[high] ? i : high;
    low = x[i] < x[low] ? i : low;
  }
  dy[0] = 2 * x[high] * v[high] - 3 * v[low];
}

static void single_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  dy[0] = 0;
  for (int i = 0; i < n; i++)
    dy[0] += x[i] > 0 ? 0.5 * x[i] * v[i] : 0.125 * v[i];
}

int main(void) {
  double x[N];
  for (int i = 0; i < N; i++)
    x[i] = sin(1.1 * i + 0.2);
  x[20] = 1.5;
  x[31] = -1.5;
  CHECK_MAP(clamp, N, N, x, clamp_jvp, EXACT);
  CHECK_FUNCTIONAL(largest, N, x, largest_jvp, EXACT);
  check_step = 0.02;
  CHECK_FUNCTIONAL(single, N, x, single_jvp, SINGLE);
  return check_report();
}
