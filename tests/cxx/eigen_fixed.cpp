// Eigen with sizes known at compile time: products, inverse, determinant, norms.
// Eigen's vector code for exp computes with exponent bits and inline assembly, of which there is no derivative: scalar code has libm's.
#define EIGEN_DONT_VECTORIZE
#include "check.h"

#include <Eigen/Dense>

static double f(const double *x, int) {
  Eigen::Matrix3d a = Eigen::Map<const Eigen::Matrix3d>(x);
  Eigen::Vector3d b(x[0], x[4], 1.0);
  Eigen::Vector3d y = a.inverse() * b;
  return y.dot(b) + a.determinant() + (a * a.transpose()).trace() + a.row(1).norm();
}

static double blocks(const double *x, int) {
  Eigen::Matrix4d m = Eigen::Matrix4d::Identity();
  m.topLeftCorner<2, 2>() = Eigen::Map<const Eigen::Matrix2d>(x);
  m.block<2, 2>(1, 2) *= x[3];
  m += 0.1 * m * m;
  return (m.array() * m.array().exp()).sum();
}

int main() {
  double x[] = {0.7, -0.4, 0.9, 1.2, 2.3, -0.1, 0.6, 0.2, -1.4};
  CHECK_FUNCTIONAL(f, 9, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(blocks, 4, x, 0, NUMERIC);
  return check_report();
}
