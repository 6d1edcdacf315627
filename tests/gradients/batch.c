// __enzyme_batch: a function of several sets of arguments, and derivatives of it.
#include "check.h"

extern int enzyme_vector, enzyme_scalar, enzyme_buffer, enzyme_out;
struct four {
  double v[4];
};
struct two {
  double x, y;
};
struct four __enzyme_batch(void *, ...);
void __enzyme_batch_void(void *, ...);
struct two __enzyme_batch_two(void *, ...);
double __enzyme_autodiff(void *, ...);

static double f(double x, double k) { return x * x + k; }
static void g(double *p, double by) { *p *= by; }
static double h(int n, float x) { return n * x; }

static double sum(double x) {
  struct four r = __enzyme_batch((void *)f, enzyme_width, 4, enzyme_vector, x, 2 * x, 3 * x, 4 * x, enzyme_scalar, x);
  return r.v[0] + r.v[1] + r.v[2] + r.v[3];
}

int main(void) {
  struct four r = __enzyme_batch((void *)f, enzyme_width, 4, enzyme_vector, 1.0, 2.0, 3.0, 4.0, enzyme_scalar, 0.5);
  for (int i = 0; i < 4; i++)
    CHECK_CLOSE("lane", r.v[i], (i + 1) * (i + 1) + 0.5, EXACT);
  double x[6] = {1, 2, 3, 4, 5, 6};
  __enzyme_batch_void((void *)g, enzyme_width, 3, enzyme_buffer, 2 * sizeof(double), x, enzyme_vector, 10.0, 20.0, 30.0);
  double want[6] = {10, 2, 60, 4, 150, 6};
  for (int i = 0; i < 6; i++)
    CHECK_CLOSE("buffer of memory", x[i], want[i], EXACT);
  int n[2] = {3, -2};
  struct two t = __enzyme_batch_two((void *)h, enzyme_width, 2, enzyme_buffer, sizeof(int), n, 0.5f, 0.25f);
  CHECK_CLOSE("buffer of values, unmarked lanes", t.x, 1.5, EXACT);
  CHECK_CLOSE("second lane", t.y, -0.5, EXACT);
  CHECK_CLOSE("derivative of a batch", __enzyme_autodiff((void *)sum, 0.7), 2 * 0.7 * (1 + 4 + 9 + 16) + 4, EXACT);
  return check_report();
}
