// Containers of nodes whose keys are active, or whose values are nothing but numbers: where nodes have them, the header has the number of nodes.
#include "check.h"
#include <map>
#include <set>
#include <string>

static double smallest_first(const double *x, int n) {
  std::set<double> keys;
  std::multiset<double> all;
  for (int i = 0; i < 3 * n; i++) {
    keys.insert(x[i % n] * (i % 3 + 1));
    all.insert(x[i % n] * x[i % n]);
  }
  keys.erase(keys.begin());
  double sum = 0, weight = 1;
  for (double key : keys)
    sum += key * key * (weight *= 1.2);
  for (double value : all)
    sum += value * (weight *= 0.8);
  return sum + static_cast<double>(keys.size() + all.size()) * x[0];
}

static double by_number(const double *x, int n) {
  std::map<double, double> table;
  for (int i = 0; i < n; i++)
    table[x[i]] = x[(i + 1) % n] * x[i];
  auto from = table.lower_bound(0.5);
  double sum = 0;
  for (auto at = from; at != table.end(); ++at)
    sum += at->first * at->second * at->second;
  return sum * table.begin()->first;
}

static double by_name(const double *x, int n) {
  std::map<std::string, double> table;
  table["first"] = x[0];
  table.emplace("second", x[1] * x[2]);
  table["a name that is too long for the short form"] = x[0] * x[0];
  for (int i = 0; i < n; i++)
    table[i % 2 ? "odd" : "even"] += x[i] * x[i];
  double product = 1;
  for (const auto &[name, value] : table)
    product *= value + static_cast<double>(name.size());
  return product * table.at("odd");
}

int main() {
  const double x[4] = {0.6, -0.4, 0.83, 1.1};
  CHECK_FUNCTIONAL(smallest_first, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(by_number, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(by_name, 4, x, 0, NUMERIC);
  return check_report();
}
