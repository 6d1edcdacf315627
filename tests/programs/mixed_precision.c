// float and double in one function: tangents take the type of their primals, and memory of both kinds.
#include "check.h"

static double f(const double *x, int n) {
  float low[8];
  double high = 0;
  for (int i = 0; i < n; i++)
    low[i] = (float)(x[i] * 2.0);
  for (int i = 0; i < n; i++) {
    float t = low[i] * low[(i + 1) % n];
    high += (double)t * x[i] + low[i];
  }
  return high;
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  dy[0] = 0;
  for (int i = 0; i < n; i++) {
    int k = (i + 1) % n;
    dy[0] += 4 * (v[i] * x[k] + x[i] * v[k]) * x[i] + 4 * x[i] * x[k] * v[i] + 2 * v[i];
  }
}

// The difference between an active double and its float part must not lose the tangent of either.
static double residual(double x) {
  float head = (float)x;
  double tail = x - (double)head;
  return head * 3.0 + tail * 2.0;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8};
  check_step = 0.02;
  CHECK_FUNCTIONAL(f, 4, x, jvp, SINGLE);
#ifndef SELFTEST
  CHECK_SCALAR(residual, 1.1, 3.0, 1e-6); // d head = 1, d tail = 0
#else
  CHECK_CLOSE("residual", residual(1.1), 3.3, 1e-6);
#endif
  return check_report();
}
