// The sparse Jacobian of bundle adjustment by forward mode: all BA_ROW unknowns of an observation at once. The layout is that of
// ba_jacobian.c.
#include "enzyme.h"

#include <stddef.h>

void forward_jacobian(const void *constants, const double *x, double *y, double *jacobian) {
  const struct ba *given = constants;
  int p = given->observations;
  const double *points = x + BA_CAMERA * given->cameras, *weights = points + BA_POINT * given->points;
  double camera[BA_ROW][BA_CAMERA] = {{0.0}}, point[BA_ROW][BA_POINT] = {{0.0}}, weight[BA_ROW] = {0.0}, columns[BA_ROW][2];
  for (int k = 0; k < BA_CAMERA; k++)
    camera[k][k] = 1.0;
  for (int k = 0; k < BA_POINT; k++)
    point[BA_CAMERA + k][k] = 1.0;
  weight[BA_ROW - 1] = 1.0;
  for (int i = 0; i < p; i++) {
    __enzyme_fwddiff((void *)reprojection_error, enzyme_width, BA_ROW, enzyme_dupv, sizeof *camera, &x[BA_CAMERA * given->camera[i]],
                     camera, enzyme_dupv, sizeof *point, &points[BA_POINT * given->point[i]], point, enzyme_dupv, sizeof *weight,
                     &weights[i], weight, enzyme_const, &given->features[2 * i], enzyme_dupv, sizeof *columns, &y[2 * i], columns);
    double *rows = &jacobian[2 * BA_ROW * i];
    for (int k = 0; k < BA_ROW; k++) {
      rows[k] = columns[k][0];
      rows[BA_ROW + k] = columns[k][1];
    }
  }
  for (int i = 0; i < p; i++)
    __enzyme_fwddiff((void *)weight_error, enzyme_dup, &weights[i], weight + BA_ROW - 1, enzyme_dup, &y[2 * p + i],
                     &jacobian[2 * BA_ROW * p + i]);
}
