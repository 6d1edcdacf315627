// Eigen with sizes known at run time: heap storage, packed products, a Cholesky solve.
#include "check.h"

#include <Eigen/Dense>

static double f(const double *x, int n) {
  Eigen::MatrixXd a = Eigen::MatrixXd::Identity(n, n) * 4.0;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      a(i, j) += x[i] * x[j] + (i == j ? x[i] : 0.0);
  Eigen::VectorXd b = Eigen::Map<const Eigen::VectorXd>(x, n);
  return (a * b).squaredNorm() + b.dot(a.llt().solve(b));
}

int main() {
  double x[] = {0.7, -0.4, 0.9, 1.2};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
