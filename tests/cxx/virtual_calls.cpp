// Virtual calls on objects whose class the optimiser can see, and on objects made inside behind a base pointer.
#include "check.h"

#include <memory>

namespace {

struct shape {
  virtual double area() const = 0;
  virtual ~shape() = default;
};

struct circle final : shape {
  double radius;
  explicit circle(double r) : radius(r) {}
  double area() const override { return M_PI * radius * radius; }
};

struct box final : shape {
  double a, b;
  box(double x, double y) : a(x), b(y) {}
  double area() const override { return a * b; }
};

double direct(const double *x, int) {
  circle c(x[0]);
  box b(x[0], x[1]);
  return c.area() * b.area();
}

double through_base(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) {
    std::unique_ptr<shape> p;
    if (i % 2)
      p = std::make_unique<circle>(x[i]);
    else
      p = std::make_unique<box>(x[i], x[0]);
    s += p->area() * (i + 1);
  }
  return s;
}

} // namespace

int main() {
  double x[] = {0.7, -0.4, 0.9, 0.2};
  CHECK_FUNCTIONAL(direct, 2, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(through_base, 4, x, 0, NUMERIC);
  return check_report();
}
