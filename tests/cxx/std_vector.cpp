// std::vector: growth, iterators, algorithms, nested vectors.
#include "check.h"

#include <algorithm>
#include <numeric>
#include <vector>

static double f(const double *x, int n) {
  std::vector<double> squares;
  for (int i = 0; i < n; i++)
    squares.push_back(x[i] * x[i]);
  std::vector<double> copy(squares);
  std::transform(copy.begin(), copy.end(), copy.begin(), [&](double y) { return y * x[0] + 1.0; });
  std::vector<std::vector<double>> rows(static_cast<size_t>(n), std::vector<double>(3, x[1]));
  for (auto &row : rows)
    row[1] *= copy.back();
  return std::inner_product(squares.begin(), squares.end(), copy.begin(), 0.0) + rows.back()[1] +
         std::accumulate(rows[0].begin(), rows[0].end(), 0.5);
}

static void sorted(double *x, int n) { std::sort(x, x + n); }

static void sorted_jvp(const double *x, const double *v, int n, double *dy, int) {
  for (int i = 0; i < n; i++)
    dy[std::count_if(x, x + n, [&](double y) { return y < x[i]; })] = v[i];
}

int main() {
  double x[] = {0.7, -0.4, 0.9, 0.2, 1.3};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  CHECK_IN_PLACE(sorted, 5, x, sorted_jvp, EXACT);
  return check_report();
}
