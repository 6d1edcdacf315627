// std::complex: arithmetic and functions.
#include "check.h"

#include <complex>

static double f(const double *x, int) {
  std::complex<double> z(x[0], x[1]), w(x[2], 0.5);
  z = (z * w + 1.0) / (z - w);
  z += std::exp(z) * std::conj(w) + std::polar(x[0], x[2]);
  return std::norm(z) + std::abs(w) * z.real() + std::arg(z);
}

int main() {
  double x[] = {0.7, -0.4, 0.9};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  return check_report();
}
