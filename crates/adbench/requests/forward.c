// The derivative of an objective in one direction, by forward mode.
#include "enzyme.h"

void forward_tangent(const void *given, const double *x, const double *dx, double *y, double *dy) {
  __enzyme_fwddiff((void *)objective, enzyme_const, given, enzyme_dup, x, dx, enzyme_dup, y, dy);
}
