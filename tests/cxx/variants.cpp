// Variants in vectors that grow: optimizers read the members of the other alternative too, which are not initialized, and choose later.
#include "check.h"
#include <array>
#include <optional>
#include <type_traits>
#include <variant>
#include <vector>

using Shape = std::variant<double, std::array<double, 2>>;

static double measure(const Shape &shape) {
  return std::visit(
      [](const auto &s) {
        if constexpr (std::is_same_v<std::decay_t<decltype(s)>, double>)
          return s * s;
        else
          return s[0] * s[1] + 1;
      },
      shape);
}

static double product(const double *x, int n) {
  std::vector<Shape> shapes;
  shapes.emplace_back(x[0]);
  shapes.emplace_back(std::array<double, 2>{x[1], x[2]});
  shapes.emplace_back(x[n - 1]);
  double all = 1;
  for (const Shape &shape : shapes)
    all *= measure(shape);
  std::optional<double> small;
  if (all < 100)
    small = all * x[0];
  return small.value_or(x[1]);
}

int main() {
  const double x[4] = {0.6, -0.4, 0.8, 1.1};
  CHECK_FUNCTIONAL(product, 4, x, 0, NUMERIC);
  return check_report();
}
