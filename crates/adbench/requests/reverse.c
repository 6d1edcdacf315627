// The gradient of a weighted sum of an objective's outputs, by reverse mode, and the outputs. `w`, the weights, is zero afterwards: the
// objective overwrites `y`, so that what was in it before has no influence.
#include "enzyme.h"

void reverse_gradient(const void *given, const double *x, double *y, double *w, double *gradient) {
  __enzyme_autodiff((void *)objective, enzyme_const, given, enzyme_dup, x, gradient, enzyme_dup, y, w);
}
