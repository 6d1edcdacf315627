// Active values go into a variadic function with a body.
// EXPECT: sum
// EXPECT: `f`
#include "bad.h"
#include <stdarg.h>

__attribute__((noinline)) static double sum(int n, ...) {
  va_list list;
  double s = 0;
  va_start(list, n);
  for (int i = 0; i < n; i++)
    s += va_arg(list, double);
  va_end(list);
  return s;
}

static double f(double x) {
  return sum(2, x, x * x); // HERE
}

double df(double x) { return __enzyme_fwddiff((void *)f, x, 1.0); }
