#include "check.h"

void f(const double *x, int n, double *y, int m);

// Minima take the second of two equal operands, maxima the first (docs/add-a-rule.md); of four, the last and the first.
static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)x, (void)n, (void)m;
#ifdef SELFTEST // Central differences at a kink see the mean of the slopes on both sides.
  double low = fmin(fmin(v[0], v[1]), fmin(v[2], v[3])), high = fmax(fmax(v[0], v[1]), fmax(v[2], v[3]));
  for (int k = 0; k < 11; k++)
    dy[k] = k < 6 ? (v[0] + v[1]) / 2 : k == 6 ? (v[1] + v[3]) / 2 : (low + high) / 2;
#else
  for (int k = 0; k < 6; k++)
    dy[k] = k % 2 ? v[0] : v[1];
  dy[6] = v[1];
  for (int k = 7; k < 11; k++)
    dy[k] = k % 2 ? v[3] : v[0];
#endif
}

int main(void) {
  double x[] = {0.75, 0.75, 0.75, 0.75};
  CHECK_MAP(f, 4, 11, x, jvp, EXACT);
  return check_report();
}
