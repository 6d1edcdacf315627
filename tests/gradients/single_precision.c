// Floats and doubles side by side, by value and in memory.
#include "check.h"

struct mixed {
  float x;
  double y;
};
struct mixed __enzyme_autodiff_mixed(void *, ...);
void __enzyme_autodiff_memory(void *, ...);

static double f(float x, double y) { return expf(x) * y + (double)(x * x); }

static float sum(const float *x, const double *y, int n) {
  float s = 0;
  for (int i = 0; i < n; i++)
    s += x[i] * (float)(y[i] * y[i]);
  return s;
}

int main(void) {
  struct mixed g = __enzyme_autodiff_mixed((void *)f, 0.5f, 1.5);
  CHECK_CLOSE("x", g.x, exp(0.5) * 1.5 + 1.0, SINGLE);
  CHECK_CLOSE("y", g.y, exp(0.5), SINGLE);
  float x[4] = {1, 2, 3, 4}, dx[4] = {0};
  double y[4] = {0.5, -1, 1.5, 2}, dy[4] = {0};
  __enzyme_autodiff_memory((void *)sum, enzyme_dup, x, dx, enzyme_dup, y, dy, enzyme_const, 4);
  for (int i = 0; i < 4; i++) {
    CHECK_CLOSE("float memory", dx[i], y[i] * y[i], SINGLE);
    CHECK_CLOSE("double memory", dy[i], 2 * y[i] * x[i], SINGLE);
  }
  return check_report();
}
