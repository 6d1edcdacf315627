// A second direction would read what the first has released.
// EXPECT: several directions through the split derivative registered for `g`, which may release what its tape leads to, cannot be in a tangent that is computed apart from the primal
#include "split.h"
#include <stdlib.h>
struct two {
  double d[2];
};
struct two __enzyme_fwdsplit_two(void *, ...);

__attribute__((noinline)) static double g(double x) { return x * x; } // HERE
struct tape_and_value {
  double *tape;
  double value;
};
static struct tape_and_value g_augmented(double x) {
  struct tape_and_value r = {malloc(8), x * x};
  *r.tape = 2 * x;
  return r;
}
static double g_tangent(double x, double dx, double *tape) {
  (void)x;
  double r = *tape * dx;
  free(tape);
  return r;
}
void *__enzyme_register_splitderivative_g[] = {(void *)g, (void *)g_augmented, (void *)g_tangent};

static double f(double x) { return g(x) * x; }

struct two df(double x, void *tape) { return __enzyme_fwdsplit_two((void *)f, enzyme_width, 2, x, 1.0, 2.0, tape); }
