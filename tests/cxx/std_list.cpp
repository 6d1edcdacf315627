// std::list: its header has the number of nodes where nodes have their value. Lists of numbers and of structures, filled, cut, moved and sorted.
#include "check.h"
#include <iterator>
#include <list>
#include <utility>

static double ends(const double *x, int n) {
  std::list<double> all;
  for (int i = 0; i < 2 * n; i++) {
    if (i % 3)
      all.push_back(x[i % n] * x[i % n] * (i + 1) * 0.1);
    else
      all.push_front(x[i % n] * (i + 1) * 0.2);
  }
  all.pop_front();
  all.insert(std::next(all.begin()), x[0] * x[1]);
  all.erase(std::next(all.begin(), 3));
  double sum = 0, weight = 1;
  for (double value : all) {
    sum += value * value * weight;
    weight += 0.3;
  }
  return sum * all.front() + static_cast<double>(all.size()) * all.back();
}

struct Particle {
  double mass, speed;
  int charge;
};

static double particles(const double *x, int n) {
  std::list<Particle> all;
  for (int i = 0; i < n; i++)
    all.push_back({x[i], x[(i + 1) % n] * x[i], i});
  std::list<Particle> others;
  others.splice(others.begin(), all, std::next(all.begin()));
  double energy = 0;
  for (auto &particle : all)
    energy += particle.mass * particle.speed * particle.speed * (particle.charge + 1);
  for (auto &particle : others)
    energy += particle.mass * particle.speed * particle.charge;
  return energy * energy;
}

static double sorted(const double *x, int n) {
  std::list<double> all(x, x + n);
  for (int i = 0; i < n; i++)
    all.push_back(x[i] * x[i] - 0.55);
  all.sort();
  all.reverse();
  double sum = 0, weight = 1;
  for (double value : all)
    sum += value * value * (weight += 1);
  return sum;
}

static double total(std::list<double> values) {
  double sum = 0, weight = 1;
  while (!values.empty()) {
    sum += values.front() * weight;
    weight *= -0.7;
    values.pop_front();
  }
  return sum;
}

static double handed_on(const double *x, int n) {
  std::list<double> one(x, x + n), other;
  std::list<double> copy = one;
  for (double &value : copy)
    value *= value;
  other = std::move(one);
  std::swap(other, copy);
  other.remove_if([](double value) { return value < 0.2; });
  other.merge(copy);
  return total(other) * total(std::move(copy)) + total(other) * total(other);
}

int main() {
  const double x[4] = {0.6, -0.4, 0.8, 1.1};
  CHECK_FUNCTIONAL(ends, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(particles, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(sorted, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(handed_on, 4, x, 0, NUMERIC);
  return check_report();
}
