// What the standard library moves about: sorted vectors, vectors of vectors, pairs, optionals, queues, shared and owned objects.
#include "check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

namespace {

double ordered(const double *x, int n) {
  std::vector<double> v(x, x + n);
  std::sort(v.begin(), v.end());
  double s = 0;
  for (int i = 0; i < n; i++)
    s += v[static_cast<size_t>(i)] * v[static_cast<size_t>(i)] * (i + 1);
  return s;
}

double matrix(const double *x, int n) {
  auto size = static_cast<size_t>(n);
  std::vector<std::vector<double>> a(size, std::vector<double>(size));
  for (size_t i = 0; i < size; i++)
    for (size_t j = 0; j < size; j++)
      a[i][j] = x[i] * x[j] + (i == j);
  auto b = a; // Each row is copied without a word about what is in it.
  for (size_t i = 0; i < size; i++)
    for (size_t j = 0; j < size; j++)
      b[i][j] = std::inner_product(a[i].begin(), a[i].end(), a[j].begin(), 0.0) - b[i][j];
  double s = 0;
  for (auto &row : b)
    s += std::accumulate(row.begin(), row.end(), 0.0);
  return s;
}

double gaps(const double *x, int n) {
  std::optional<double> last;
  double s = 0;
  for (int i = 0; i < n; i++) {
    if (last)
      s += *last * x[i];
    last = x[i];
    if (i == 2)
      last.reset();
  }
  return s;
}

double labelled(const double *x, int n) {
  std::vector<std::pair<double, int>> v;
  for (int i = 0; i < n; i++)
    v.push_back({x[i], i});
  std::stable_sort(v.begin(), v.end());
  std::partial_sum(v.begin(), v.end(), v.begin(), [](auto a, auto b) {
    return std::pair{a.first + b.first * b.first, b.second};
  });
  double s = 0;
  for (auto &[value, label] : v)
    s += value * label;
  return s;
}

double window(const double *x, int n) {
  std::deque<double> recent;
  double s = 0;
  for (int i = 0; i < n; i++) {
    recent.push_back(x[i]);
    if (recent.size() > 3)
      recent.pop_front();
    double product = 1;
    for (double d : recent)
      product *= d;
    s += product;
  }
  auto shared = std::make_shared<std::array<double, 3>>(std::array<double, 3>{s, x[0], x[1]});
  auto same = shared;
  (*same)[0] *= 2;
  return (*shared)[0] + (*shared)[1] * (*shared)[2];
}

struct Stage {
  virtual double apply(double) const = 0;
  virtual ~Stage() = default;
};

struct Gain : Stage {
  double by;
  explicit Gain(double by) : by(by) {}
  double apply(double t) const override { return by * t; }
};

struct Decay : Stage {
  double rate;
  explicit Decay(double rate) : rate(rate) {}
  double apply(double t) const override { return std::exp(-rate * t); }
};

double stages(const double *x, int n) {
  std::vector<std::unique_ptr<Stage>> all;
  for (int i = 0; i < n; i++) {
    if (i % 2)
      all.push_back(std::make_unique<Gain>(x[i]));
    else
      all.push_back(std::make_unique<Decay>(x[i]));
  }
  double t = 0.5;
  for (auto &stage : all)
    t = stage->apply(t);
  return t;
}

} // namespace

int main() {
  double x[] = {0.7, 1.3, -0.4, 1.9, 2.2};
  CHECK_FUNCTIONAL(ordered, 5, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(matrix, 5, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(gaps, 5, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(labelled, 5, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(window, 5, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(stages, 5, x, 0, NUMERIC);
  return check_report();
}
