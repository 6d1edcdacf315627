// Two values for three lanes.
// EXPECT: too few arguments to __enzyme_batch
#include "split.h"
extern int enzyme_vector;
struct three {
  double x, y, z;
};
struct three __enzyme_batch(void *, ...);

static double f(double x) { return x * x; }

struct three df(double x) {
  return __enzyme_batch((void *)f, enzyme_width, 3, enzyme_vector, x, 2 * x); // HERE
}
