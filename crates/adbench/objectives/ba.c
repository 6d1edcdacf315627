// Bundle adjustment: the weighted distances between where points are seen and where a camera model with radial distortion
// (Brown) projects them to, and for each weight w the error 1 - w^2 that keeps it from vanishing.
#include "ba.h"

#include "scalar.h"

static real dot3(const real *a, const real *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

static void cross3(const real *a, const real *b, real *c) {
  c[0] = a[1] * b[2] - a[2] * b[1];
  c[1] = a[2] * b[0] - a[0] * b[2];
  c[2] = a[0] * b[1] - a[1] * b[0];
}

// Rodrigues' formula. Without rotation its limit, which has the right first derivative.
static void rotate(const real *RESTRICT rotation, const real *RESTRICT x, real *RESTRICT rotated) {
  real square = dot3(rotation, rotation), across[3];
  if (RE(square) == 0.0) {
    cross3(rotation, x, across);
    for (int i = 0; i < 3; i++)
      rotated[i] = x[i] + across[i];
    return;
  }
  real angle = sqrt(square), cosine = cos(angle), sine = sin(angle), axis[3];
  for (int i = 0; i < 3; i++)
    axis[i] = rotation[i] / angle;
  cross3(axis, x, across);
  real along = dot3(axis, x) * (1.0 - cosine);
  for (int i = 0; i < 3; i++)
    rotated[i] = x[i] * cosine + across[i] * sine + axis[i] * along;
}

// Where the camera sees the point.
static void project(const real *RESTRICT camera, const real *RESTRICT point, real *RESTRICT seen) {
  const real *center = camera + 3, *principal = camera + 7, *radial = camera + 9;
  real focal = camera[6], relative[3], x[3];
  for (int i = 0; i < 3; i++)
    relative[i] = point[i] - center[i];
  rotate(camera, relative, x);
  real u = x[0] / x[2], v = x[1] / x[2];
  real square = u * u + v * v;
  real distortion = 1.0 + (radial[0] + radial[1] * square) * square;
  seen[0] = u * distortion * focal + principal[0];
  seen[1] = v * distortion * focal + principal[1];
}

static void reprojection_error(const real *RESTRICT camera, const real *RESTRICT point, const real *RESTRICT weight,
                               const double *RESTRICT feature, real *RESTRICT error) {
  real seen[2];
  project(camera, point, seen);
  error[0] = *weight * (seen[0] - feature[0]);
  error[1] = *weight * (seen[1] - feature[1]);
}

static void weight_error(const real *RESTRICT weight, real *RESTRICT error) { *error = 1.0 - *weight * *weight; }

static void ba(const struct ba *given, const real *RESTRICT cameras, const real *RESTRICT points, const real *RESTRICT weights,
               real *RESTRICT errors) {
  int p = given->observations;
  for (int i = 0; i < p; i++)
    reprojection_error(&cameras[BA_CAMERA * given->camera[i]], &points[BA_POINT * given->point[i]], &weights[i],
                       &given->features[2 * i], &errors[2 * i]);
  for (int i = 0; i < p; i++)
    weight_error(&weights[i], &errors[2 * p + i]);
}

ENTRY_LINKAGE void ENTRY(const struct ba *given, const real *RESTRICT x, real *RESTRICT y) {
  const real *points = x + BA_CAMERA * given->cameras;
  ba(given, x, points, points + BA_POINT * given->points, y);
}
