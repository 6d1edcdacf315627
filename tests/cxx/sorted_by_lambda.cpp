// std::qsort with a lambda, which becomes the address of a function where it is handed over.
#include "check.h"
#include <cstdlib>
#include <vector>

static double ranked(const double *x, int n) {
  std::vector<double> values;
  for (int i = 0; i < 2 * n; i++)
    values.push_back(x[i % n] * x[0] * (i + 1.5));
  std::qsort(values.data(), values.size(), sizeof(double), [](const void *a, const void *b) {
    double one = *static_cast<const double *>(a), other = *static_cast<const double *>(b);
    return (one < other) - (one > other);
  });
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); i++)
    sum += values[i] * values[i] * static_cast<double>(i + 1) * values[0];
  return sum;
}

int main() {
  const double x[4] = {0.6, -0.4, 0.8, 1.1};
  CHECK_FUNCTIONAL(ranked, 4, x, 0, NUMERIC);
  return check_report();
}
