// Templates and operator overloading: a vector class, a generic algorithm, and requests made by a variadic template.
#include "check.h"

template <typename Result, typename... Arguments> Result __enzyme_fwddiff(void *, Arguments...);

namespace {

template <typename T, int N> struct vector {
  T e[N];
  vector operator+(const vector &o) const {
    vector r;
    for (int i = 0; i < N; i++)
      r.e[i] = e[i] + o.e[i];
    return r;
  }
  vector operator*(T s) const {
    vector r = *this;
    for (T &x : r.e)
      x *= s;
    return r;
  }
  T dot(const vector &o) const {
    T s = 0;
    for (int i = 0; i < N; i++)
      s += e[i] * o.e[i];
    return s;
  }
};

template <typename T> T poly(T x) { return x * x * x - T(2) * x; }

template <typename T, int N, typename F> T energy(const vector<T, N> &a, F f) {
  vector<T, N> b = (a + a * T(0.5)) * f(a.e[0]);
  return a.dot(b) + f(b.dot(b));
}

double f(const double *x, int) { return energy(vector<double, 3>{{x[0], x[1], x[2]}}, poly<double>); }

double scalar(double x) { return poly(x); }
float scalar_float(float x) { return poly(x); }

} // namespace

int main() {
  double x[] = {0.7, -0.4, 0.9};
  CHECK_FUNCTIONAL(f, 3, x, 0, NUMERIC);
  CHECK_CLOSE("double", DERIVATIVE(__enzyme_fwddiff<double>((void *)scalar, 1.5, 1.0), check_scalar_difference(scalar, 1.5)), 3 * 2.25 - 2, EXACT);
  CHECK_CLOSE("float", DERIVATIVE(__enzyme_fwddiff<float>((void *)scalar_float, 1.5f, 2.0f), scalar_float(2.5f) - scalar_float(0.5f) - 2.0f), 2 * (3 * 2.25 - 2), SINGLE);
  return check_report();
}
