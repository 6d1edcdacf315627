// References, overloads, namespaces with state, constants initialised at run time, and switch on enum class.
#include "check.h"

namespace model {

enum class law { linear, square, inverse };

static const double factor = std::sqrt(2.0);

struct parameters {
  double gain = 1.5;
  law kind = law::square;
};

static double apply(const parameters &p, double x) {
  switch (p.kind) {
  case law::linear:
    return p.gain * x;
  case law::square:
    return p.gain * x * x;
  case law::inverse:
    return p.gain / x;
  }
  return 0;
}

static float apply(float x) { return x * 0.5f; }

} // namespace model

static double f(const double *x, int n) {
  static const double weights[] = {std::exp(0.5), std::cos(1.0)};
  model::parameters p;
  double s = 0;
  for (int i = 0; i < n; i++) {
    p.kind = static_cast<model::law>(i % 3);
    p.gain = x[0] * model::factor;
    s += model::apply(p, x[i]) * weights[i % 2];
  }
  return s + 0.0 * model::apply(1.0f);
}

int main() {
  double x[] = {0.7, -0.4, 0.9, 1.2};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
