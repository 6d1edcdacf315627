// The sparse Jacobian of bundle adjustment by hand. For an observation with the point at p = R x in the camera's frame: the derivatives of the
// image by p through the lens, then those of p by the rotation (Rodrigues), the center and the point. The layout is that of
// requests/ba_jacobian.c.
#include "ba.h"

#include <math.h>

// What both rows of an observation need.
struct view {
  double turn[3][3];        // R
  double by_rotation[3][3]; // p by the rotation's three numbers
  double p[3];
};

static void cross(const double *a, const double *b, double *c) {
  c[0] = a[1] * b[2] - a[2] * b[1];
  c[1] = a[2] * b[0] - a[0] * b[2];
  c[2] = a[0] * b[1] - a[1] * b[0];
}

static double dot(const double *a, const double *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

// Columns of a matrix by a function of a vector: [n] x and the like, written out.
static void no_rotation(const double *rotation, const double *x, struct view *view) {
  const double *r = rotation;
  double turn[3][3] = {{1.0, -r[2], r[1]}, {r[2], 1.0, -r[0]}, {-r[1], r[0], 1.0}};
  double by[3][3] = {{0.0, x[2], -x[1]}, {-x[2], 0.0, x[0]}, {x[1], -x[0], 0.0}};
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      view->turn[i][j] = turn[i][j];
      view->by_rotation[i][j] = by[i][j];
    }
}

// p = c x + s n x x + (1 - c) n (n.x) for the unit axis n.
static void rotation_by(const double *rotation, double square, const double *x, struct view *view) {
  double angle = sqrt(square), c = cos(angle), s = sin(angle), v = 1.0 - c, n[3], across[3];
  for (int i = 0; i < 3; i++)
    n[i] = rotation[i] / angle;
  cross(n, x, across);
  double along = dot(n, x);
  double turn[3][3] = {{c + v * n[0] * n[0], v * n[0] * n[1] - s * n[2], v * n[0] * n[2] + s * n[1]},
                       {v * n[0] * n[1] + s * n[2], c + v * n[1] * n[1], v * n[1] * n[2] - s * n[0]},
                       {v * n[0] * n[2] - s * n[1], v * n[1] * n[2] + s * n[0], c + v * n[2] * n[2]}};
  // The derivative by the axis, s e_k x x + v (e_k along + n x_k), made orthogonal to n; and that by the angle.
  double by_axis[3][3] = {{v * (along + n[0] * x[0]), s * x[2] + v * n[0] * x[1], v * n[0] * x[2] - s * x[1]},
                          {v * n[1] * x[0] - s * x[2], v * (along + n[1] * x[1]), s * x[0] + v * n[1] * x[2]},
                          {s * x[1] + v * n[2] * x[0], v * n[2] * x[1] - s * x[0], v * (along + n[2] * x[2])}};
  for (int i = 0; i < 3; i++) {
    double by_angle = -s * x[i] + c * across[i] + s * n[i] * along, along_axis = dot(by_axis[i], n);
    for (int k = 0; k < 3; k++) {
      view->turn[i][k] = turn[i][k];
      view->by_rotation[i][k] = (by_axis[i][k] - along_axis * n[k]) / angle + by_angle * n[k];
    }
  }
}

static void observation(const double *restrict camera, const double *restrict point, double weight, const double *restrict feature,
                        double *restrict error, double *restrict rows) {
  const double *center = camera + 3, *principal = camera + 7, *radial = camera + 9;
  double focal = camera[6], x[3], square = dot(camera, camera);
  struct view view;
  for (int i = 0; i < 3; i++)
    x[i] = point[i] - center[i];
  if (square == 0.0)
    no_rotation(camera, x, &view);
  else
    rotation_by(camera, square, x, &view);
  for (int i = 0; i < 3; i++)
    view.p[i] = dot(view.turn[i], x);
  double image[2] = {view.p[0] / view.p[2], view.p[1] / view.p[2]}, depth = 1.0 / view.p[2];
  double r2 = image[0] * image[0] + image[1] * image[1], distortion = 1.0 + (radial[0] + radial[1] * r2) * r2;
  double slope = 2.0 * (radial[0] + 2.0 * radial[1] * r2);
  for (int row = 0; row < 2; row++) {
    double *out = rows + row * BA_ROW, q = image[row], by_p[3], by_image[2];
    for (int k = 0; k < 2; k++)
      by_image[k] = weight * focal * (q * slope * image[k] + (k == row ? distortion : 0.0));
    by_p[0] = by_image[0] * depth;
    by_p[1] = by_image[1] * depth;
    by_p[2] = -(by_image[0] * image[0] + by_image[1] * image[1]) * depth;
    for (int k = 0; k < 3; k++) {
      double by_point = by_p[0] * view.turn[0][k] + by_p[1] * view.turn[1][k] + by_p[2] * view.turn[2][k];
      out[k] = by_p[0] * view.by_rotation[0][k] + by_p[1] * view.by_rotation[1][k] + by_p[2] * view.by_rotation[2][k];
      out[3 + k] = -by_point;
      out[BA_CAMERA + k] = by_point;
    }
    double residual = q * distortion * focal + principal[row] - feature[row];
    out[6] = weight * q * distortion;
    out[7] = row == 0 ? weight : 0.0;
    out[8] = row == 1 ? weight : 0.0;
    out[9] = weight * focal * q * r2;
    out[10] = weight * focal * q * r2 * r2;
    out[BA_CAMERA + BA_POINT] = residual;
    error[row] = weight * residual;
  }
}

void manual_jacobian(const void *constants, const double *restrict x, double *restrict y, double *restrict jacobian) {
  const struct ba *given = constants;
  int p = given->observations;
  const double *points = x + BA_CAMERA * given->cameras, *weights = points + BA_POINT * given->points;
  for (int i = 0; i < p; i++)
    observation(&x[BA_CAMERA * given->camera[i]], &points[BA_POINT * given->point[i]], weights[i], &given->features[2 * i], &y[2 * i],
                &jacobian[2 * BA_ROW * i]);
  for (int i = 0; i < p; i++) {
    y[2 * p + i] = 1.0 - weights[i] * weights[i];
    jacobian[2 * BA_ROW * p + i] = -2.0 * weights[i];
  }
}
