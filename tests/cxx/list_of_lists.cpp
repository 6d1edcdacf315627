// A list of lists: the header of an inner list lies where the inner list's nodes have their numbers.
#include "check.h"
#include <list>
#include <vector>

static double lists(const double *x, int n) {
  std::list<std::list<double>> rows;
  for (int i = 0; i < n; i++) {
    rows.emplace_back();
    for (int j = 0; j <= i; j++)
      rows.back().push_back(x[i] * x[j]);
  }
  std::vector<double> sums;
  for (auto &row : rows) {
    double sum = 0;
    for (double value : row)
      sum += value * static_cast<double>(row.size());
    sums.push_back(sum);
  }
  double product = 1;
  for (double sum : sums)
    product *= sum;
  return product;
}

int main() {
  const double x[4] = {0.6, -0.4, 0.8, 1.1};
  CHECK_FUNCTIONAL(lists, 4, x, 0, NUMERIC);
  return check_report();
}
