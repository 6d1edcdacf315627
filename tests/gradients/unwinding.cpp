// Gradients of code that may throw. What does not throw is differentiated; an exception that leaves the function leaves the gradient too, and
// releases what the function owns once.
#include "check.h"

#include <cmath>
#include <new>
#include <stdexcept>
#include <vector>

template <typename... T> double __enzyme_autodiff(void *, T...);

static int live;

// Counts its instances, and what they own.
struct buffer {
  double *data;
  int size;
  explicit buffer(int n) : data(static_cast<double *>(std::malloc(sizeof(double) * static_cast<size_t>(n)))), size(n) {
    live++;
  }
  buffer(const buffer &) = delete;
  ~buffer() {
    live--;
    std::free(data);
  }
};

__attribute__((noinline)) static double root(double x) {
  if (x < 0)
    throw std::domain_error("negative");
  return std::sqrt(x);
}

__attribute__((noinline)) static void check_index(int i) {
  if (i > 5)
    throw i;
}

// Owners on the stack, calls that throw in a loop whose count is not known, memory that is released on both ways.
static double sum(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n && s < 100; i++) {
    buffer b(i + 1);
    for (int j = 0; j <= i; j++)
      b.data[j] = x[j] * x[j];
    s += root(b.data[i] + x[i] + 1) * root(b.data[0] + 2);
  }
  return s;
}

// Nested owners, and an exception of something inactive.
static double nested(const double *x, int n) {
  buffer outer(n);
  double s = 1;
  for (int i = 0; i < n; i++) {
    check_index(i);
    outer.data[i] = s * x[i];
    buffer inner(2);
    inner.data[0] = outer.data[i] + x[0];
    s = root(inner.data[0] * inner.data[0] + 1);
  }
  return s;
}

// An exception that is caught inside, of code that does nothing to derivatives.
static double caught(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) {
    double factor = 1;
    try {
      check_index(i + 3);
    } catch (int) {
      factor = 2;
    }
    s += factor * x[i] * x[i];
  }
  return s;
}

static double at(const double *x, int n) {
  std::vector<double> v(x, x + n);
  double s = 0;
  for (int i = 0; i < n; i++)
    s += v.at(static_cast<size_t>(i)) * v.at(static_cast<size_t>(n - 1 - i));
  return s;
}

static double roots(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) {
    buffer b(1);
    b.data[0] = 2 * x[i];
    s += root(b.data[0]) * s + x[i];
  }
  return s;
}

template <double (*F)(const double *, int)> static void compare(const char *what, const double *x, int n) {
  double dx[8] = {0}, point[8];
  __enzyme_autodiff(reinterpret_cast<void *>(F), enzyme_dup, x, static_cast<double *>(dx), enzyme_const, n);
  for (int i = 0; i < n; i++) {
    double h = 1e-6, value[2];
    for (int side = 0; side < 2; side++) {
      for (int j = 0; j < n; j++)
        point[j] = x[j];
      point[i] += side ? h : -h;
      value[side] = F(point, n);
    }
    CHECK_CLOSE(what, dx[i], (value[1] - value[0]) / (2 * h), 1e-8);
  }
  CHECK_CLOSE("everything is destroyed", live, 0, EXACT);
}

// Returns whether the gradient threw.
template <double (*F)(const double *, int)> static bool throws(const double *x, int n) {
  double dx[8] = {0};
  try {
    __enzyme_autodiff(reinterpret_cast<void *>(F), enzyme_dup, x, static_cast<double *>(dx), enzyme_const, n);
  } catch (...) {
    return true;
  }
  return false;
}

int main() {
  double x[8] = {0.7, 0.4, 0.9, 1.2, 0.3, 0.8, 0.5, 0.6};
  compare<sum>("sum", x, 6);
  compare<nested>("nested", x, 5);
  compare<caught>("caught", x, 6);
  compare<at>("at", x, 6);
  compare<roots>("roots", x, 6);
  // x*x + x + c is negative nowhere for c = 1, so the active exception is of another function.
  CHECK_CLOSE("no exception", throws<sum>(x, 6), 0, EXACT);
  double y[4] = {0.7, 0.4, -0.5, 0.2};
  CHECK_CLOSE("an exception of an active call leaves", throws<roots>(y, 4), 1, EXACT);
  CHECK_CLOSE("everything is destroyed", live, 0, EXACT);
  CHECK_CLOSE("an exception of an inactive call leaves", throws<nested>(x, 8), 1, EXACT);
  CHECK_CLOSE("everything is destroyed", live, 0, EXACT);
  return check_report();
}
