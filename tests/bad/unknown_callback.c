// A library function that moves active memory around by calling back.
// EXPECT: qsort
// EXPECT: `f`
#include "bad.h"
#include <stdlib.h>

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double f(double *x, int n) {
  qsort(x, (unsigned long)n, sizeof *x, compare); // HERE
  return x[0] + 2.0 * x[n - 1];
}

double df(double *x, double *dx) { return __enzyme_fwddiff((void *)f, x, dx, 4); }
