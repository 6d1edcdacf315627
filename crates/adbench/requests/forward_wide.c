// The derivatives of an objective in WIDTH directions at once, by forward mode. The directions stand one after the other in `dx`, what
// the outputs do in them in `dy`.
#include "enzyme.h"

#include <stddef.h>

void forward_tangents(const void *given, int inputs, int outputs, const double *x, const double *dx, double *y, double *dy) {
  __enzyme_fwddiff((void *)objective, enzyme_width, WIDTH, enzyme_const, given, enzyme_dupv, sizeof(double) * (size_t)inputs, x, dx,
                   enzyme_dupv, sizeof(double) * (size_t)outputs, y, dy);
}
