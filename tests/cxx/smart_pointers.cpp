// Objects on the heap behind std::unique_ptr and std::shared_ptr, moved around and destroyed.
#include "check.h"

#include <memory>
#include <utility>

namespace {

struct node {
  double value;
  std::unique_ptr<node> next;
};

std::unique_ptr<node> push(std::unique_ptr<node> list, double value) {
  return std::unique_ptr<node>(new node{value, std::move(list)});
}

double f(const double *x, int n) {
  std::unique_ptr<node> list;
  for (int i = 0; i < n; i++)
    list = push(std::move(list), x[i] * (i + 1));
  double s = 0.5;
  for (const node *p = list.get(); p; p = p->next.get())
    s = s * 0.75 + p->value * p->value;
  auto shared = std::make_shared<double>(s);
  auto other = shared;
  *other *= x[0];
  return *shared + static_cast<double>(shared.use_count());
}

} // namespace

int main() {
  double x[] = {0.7, -0.4, 0.9, 1.2};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
