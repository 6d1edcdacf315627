// Hash tables: the link to the first node is in the table, with its own numbers behind it, one of them a `float`.
#include "check.h"
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

static double by_number(const double *x, int n) {
  std::unordered_map<int, double> table;
  for (int i = 0; i < 6 * n; i++)
    table[i * 7 % 23] += x[i % n] * x[i % n] * (i + 1) * 0.1;
  for (int key = 3; key < 23; key += 4)
    table.erase(key);
  double sum = 0;
  for (const auto &[key, value] : table)
    sum += value * value * (key + 1) * 0.01;
  auto found = table.find(10);
  return sum + (found == table.end() ? 0 : found->second * x[0]);
}

static double by_name(const double *x, int n) {
  std::unordered_map<std::string, double> table;
  table["first"] = x[0];
  table["second"] = x[1] * x[2];
  table["a name that is too long for the short form"] = x[0] * x[0];
  for (int i = 0; i < n; i++)
    table[i % 2 ? "odd" : "even"] += x[i] * x[i];
  double sum = table.at("first") * table.at("odd");
  for (const auto &[name, value] : table)
    sum += value * value * static_cast<double>(name.size());
  return sum + table["not there"];
}

struct Item {
  double weight;
  int count;
};

static double items(const double *x, int n) {
  std::unordered_multimap<int, Item> all;
  std::unordered_set<int> seen;
  for (int i = 0; i < 2 * n; i++)
    all.insert({i % 5, {x[i % n] * (i + 1), i}});
  double sum = 0;
  for (auto &[key, item] : all) {
    if (seen.insert(key).second)
      item.weight *= x[0];
    sum += item.weight * item.weight * (item.count + 1) * 0.1;
  }
  all.erase(2);
  for (auto &[key, item] : all)
    sum += item.weight * key;
  return sum;
}

// Rows are copied without a word about what is in them, in the neighbourhood of the table's `float`.
static double rows(const double *x, int n) {
  auto size = static_cast<std::size_t>(n);
  std::unordered_map<int, std::vector<double>> table;
  std::vector<std::vector<double>> a(size, std::vector<double>(size));
  for (std::size_t i = 0; i < size; i++)
    for (std::size_t j = 0; j < size; j++)
      a[i][j] = x[i] * x[j];
  auto b = a;
  for (int i = 0; i < n; i++)
    table[i * 11] = b[static_cast<std::size_t>(i)];
  double product = 1;
  for (int i = 0; i < n; i++) {
    double sum = 0;
    for (double value : table[i * 11])
      sum += value * value;
    product *= sum + a[0][0];
  }
  return product;
}

int main() {
  const double x[4] = {0.6, -0.4, 0.8, 1.1};
  CHECK_FUNCTIONAL(by_number, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(by_name, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(items, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(rows, 4, x, 0, NUMERIC);
  return check_report();
}
