// Code that may throw but does not: invoke and landing pads, destructors on both ways out, at() on containers.
#include "check.h"

#include <array>
#include <stdexcept>
#include <vector>

namespace {

struct guard {
  int &depth;
  explicit guard(int &d) : depth(d) { depth++; }
  ~guard() { depth--; }
};

__attribute__((noinline)) double root(double x) {
  if (x < 0)
    throw std::domain_error("negative");
  return std::sqrt(x);
}

double f(const double *x, int n) {
  int depth = 0;
  double s = 0;
  for (int i = 0; i < n; i++) {
    guard g(depth);
    std::vector<double> v(static_cast<size_t>(i + 1), x[i]);
    try {
      s += root(v.at(static_cast<size_t>(i)) + 2.0) * depth;
    } catch (const std::domain_error &) {
      s = -1.0;
    }
  }
  std::array<double, 2> a{s, x[0]};
  return a.at(static_cast<size_t>(depth)) * a[1];
}

} // namespace

int main() {
  double x[] = {0.7, -0.4, 0.9, 0.2};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
