// The function to differentiate is variadic.
// EXPECT: cannot differentiate `sum`
// EXPECT: variable number of arguments
#include "bad.h"
#include <stdarg.h>

static double sum(int n, ...) {
  va_list list;
  double s = 0;
  va_start(list, n);
  for (int i = 0; i < n; i++)
    s += va_arg(list, double);
  va_end(list);
  return s;
}

double df(double x) {
  return __enzyme_fwddiff((void *)sum, 2, x, 1.0, x, 1.0); // HERE
}
