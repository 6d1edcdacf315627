// The sparse Jacobian of bundle adjustment by reverse mode: both rows of an observation from one evaluation, at width 2, or, with
// -DROW_BY_ROW, one evaluation for each row.
//
// Layout: for each observation two rows of BA_ROW entries; then for each observation the derivative of its weight error.
#include "enzyme.h"

static void observation(const double *camera, const double *point, const double *weight, const double *feature, double *error,
                        double (*rows)[BA_ROW]) {
  double first[2] = {1.0, 0.0}, second[2] = {0.0, 1.0};
#ifdef ROW_BY_ROW
  double *seeds[2] = {first, second};
  for (int row = 0; row < 2; row++) {
    double *camera_row = rows[row], *point_row = camera_row + BA_CAMERA, *weight_entry = point_row + BA_POINT;
    __enzyme_autodiff((void *)reprojection_error, enzyme_dup, camera, camera_row, enzyme_dup, point, point_row, enzyme_dup, weight,
                      weight_entry, enzyme_const, feature, enzyme_dup, error, seeds[row]);
  }
#else
  int point_at = BA_CAMERA, weight_at = BA_CAMERA + BA_POINT;
  __enzyme_autodiff((void *)reprojection_error, enzyme_width, 2, enzyme_dup, camera, rows[0], rows[1], enzyme_dup, point,
                    rows[0] + point_at, rows[1] + point_at, enzyme_dup, weight, rows[0] + weight_at, rows[1] + weight_at,
                    enzyme_const, feature, enzyme_dup, error, first, second);
#endif
}

void reverse_jacobian(const void *constants, const double *x, double *y, double *jacobian) {
  const struct ba *given = constants;
  int p = given->observations;
  const double *points = x + BA_CAMERA * given->cameras, *weights = points + BA_POINT * given->points;
  for (int i = 0; i < p; i++) {
    double *rows = &jacobian[2 * BA_ROW * i];
    for (int j = 0; j < 2 * BA_ROW; j++)
      rows[j] = 0.0;
    observation(&x[BA_CAMERA * given->camera[i]], &points[BA_POINT * given->point[i]], &weights[i], &given->features[2 * i],
                &y[2 * i], (double (*)[BA_ROW])rows);
  }
  double *weight_entries = &jacobian[2 * BA_ROW * p];
  for (int i = 0; i < p; i++) {
    double seed = 1.0;
    weight_entries[i] = 0.0;
    __enzyme_autodiff((void *)weight_error, enzyme_dup, &weights[i], &weight_entries[i], enzyme_dup, &y[2 * p + i], &seed);
  }
}
