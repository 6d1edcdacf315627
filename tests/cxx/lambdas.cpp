// Lambdas with captures, passed as templates and stored in std::array; references as parameters; default arguments.
#include "check.h"

#include <algorithm>
#include <array>

namespace {

template <typename F> double integrate(F f, double a, double b, int n = 16) {
  double s = 0;
  for (int i = 0; i < n; i++)
    s += f(a + (b - a) * (i + 0.5) / n);
  return s * (b - a) / n;
}

void accumulate(double &into, const double &x, double factor = 2.0) { into += x * factor; }

double f(const double *x, int n) {
  double sum = 0;
  auto term = [&, k = 0](double t) mutable { return std::sin(x[0] * t) * x[k++ % n]; };
  sum += integrate(term, 0.0, x[1]);
  std::array<double (*)(double), 2> table{[](double t) { return t * t; }, [](double t) { return std::exp(-t); }};
  for (auto g : table)
    accumulate(sum, g(x[n - 1]));
  auto [low, high] = std::minmax(x[0], x[1]);
  return sum * (high - low);
}

} // namespace

int main() {
  double x[] = {0.7, 1.4, 0.9};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  return check_report();
}
