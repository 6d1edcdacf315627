// Deques of several blocks, filled and emptied at both ends, and heaps of numbers and of structures.
#include "check.h"
#include <deque>
#include <functional>
#include <queue>
#include <stack>
#include <vector>

static double ends(const double *x, int n) {
  std::deque<double> all;
  for (int i = 0; i < 300; i++) {
    if (i % 3)
      all.push_back(x[i % n] * (i + 1) * 0.01);
    else
      all.push_front(x[i % n] * x[i % n]);
    if (i % 7 == 6)
      all.pop_front();
  }
  all.insert(all.begin() + 70, x[0] * x[1]);
  double sum = 0, weight = 1;
  for (double value : all)
    sum += value * value * (weight *= 0.99);
  return sum + all[70] * all.back();
}

static double largest_first(const double *x, int n) {
  std::priority_queue<double> all;
  std::priority_queue<double, std::vector<double>, std::greater<double>> least;
  for (int i = 0; i < 3 * n; i++) {
    all.push(x[i % n] * (i + 1) * (i + 1.3) * 0.1);
    least.push(x[i % n] * x[i % n] + 0.01 * i);
  }
  double sum = 0, weight = 1;
  while (!all.empty()) {
    sum += all.top() * least.top() * weight;
    weight *= 0.8;
    all.pop();
    least.pop();
  }
  return sum;
}

struct Event {
  double time;
  int kind;
  bool operator<(const Event &other) const { return time > other.time; }
};

static double events(const double *x, int n) {
  std::priority_queue<Event> all;
  std::stack<double> times;
  for (int i = 0; i < n; i++)
    all.push({x[i] * x[i] + 0.1 * i, i});
  double sum = 0, now = 0;
  for (int step = 0; step < 8 && !all.empty(); step++) {
    Event next = all.top();
    all.pop();
    sum += (next.time - now) * (next.time - now) * (next.kind + 1);
    now = next.time;
    times.push(now);
    if (step < 4)
      all.push({now + x[next.kind] * x[next.kind] + 0.5, next.kind});
  }
  while (!times.empty()) {
    sum += times.top() * sum * 0.1;
    times.pop();
  }
  return sum;
}

int main() {
  const double x[4] = {0.6, -0.4, 0.8, 1.1};
  CHECK_FUNCTIONAL(ends, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(largest_first, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(events, 4, x, 0, NUMERIC);
  return check_report();
}
