// memset of doubles clears the derivative as well; memset of integers in the same frame does nothing to it.
#include "check.h"

struct record {
  int counts[4];
  double sums[4];
};

static void f(double *x, int n) {
  struct record r;
  memset(&r, 0, sizeof r);
  for (int i = 0; i < n; i++) {
    r.counts[i % 4] += 1;
    r.sums[i % 4] += x[i] * x[i];
  }
  memset(r.counts, -1, sizeof r.counts);
  memset(x + 1, 0, sizeof(double) * (size_t)(n - 3));
  x[0] = r.sums[0] * r.sums[1] + x[2];
  x[n - 1] += r.counts[2] * r.sums[2];
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  double s[4] = {0}, ds[4] = {0};
  for (int i = 0; i < n; i++) {
    s[i % 4] += x[i] * x[i];
    ds[i % 4] += 2 * x[i] * v[i];
    dy[i] = 0 * v[i];
  }
  dy[0] = ds[0] * s[1] + s[0] * ds[1];
  dy[n - 2] = v[n - 2];
  dy[n - 1] = v[n - 1] - ds[2];
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6, 0.1};
  CHECK_IN_PLACE(f, 6, x, jvp, EXACT);
  return check_report();
}
