// Containers of nodes, whose links libstdc++ changes in its library: filled, searched and emptied by differentiated code.
#include "check.h"
#include <map>
#include <set>
#include <vector>

static double sums(const double *x, int n) {
  std::map<int, double> by_key;
  for (int i = 0; i < 6 * n; i++)
    by_key[i * 7 % 23] += x[i % n] * x[i % n] * (i + 1) * 0.1;
  for (int key = 3; key < 23; key += 4)
    by_key.erase(key);
  double sum = 0;
  for (const auto &[key, value] : by_key)
    sum += value * value * (key + 1) * 0.01;
  auto found = by_key.find(10);
  return sum + (found == by_key.end() ? 0 : found->second * x[0]);
}

struct Entry {
  double weight;
  std::vector<double> values;
};

static double entries(const double *x, int n) {
  std::multimap<int, Entry> all;
  for (int i = 0; i < n; i++)
    all.insert({i % 2, Entry{x[i], {x[i] * x[(i + 1) % n], 2.0}}});
  all.erase(all.begin());
  std::set<int> seen;
  double sum = 1;
  for (auto &[key, entry] : all) {
    if (!seen.insert(key).second)
      entry.weight *= 0.5;
    for (double value : entry.values)
      sum += entry.weight * value * sum;
  }
  return sum;
}

int main() {
  const double x[4] = {0.6, -0.4, 0.8, 1.1};
  CHECK_FUNCTIONAL(sums, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(entries, 4, x, 0, NUMERIC);
  return check_report();
}
