// A library function that moves active memory around by calling back; what it calls is known only when the program runs.
// EXPECT: qsort
// EXPECT: `f`
// EXPECT: name the function that compares
#include "bad.h"
#include <stdlib.h>

static int rising(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int falling(const void *a, const void *b) { return rising(b, a); }

static double f(double *x, int n) {
  int (*compare)(const void *, const void *) = n > 2 ? rising : falling;
  qsort(x, (unsigned long)n, sizeof *x, compare); // HERE
  return x[0] + 2.0 * x[n - 1];
}

double df(double *x, double *dx, int n) { return __enzyme_fwddiff((void *)f, x, dx, n); }
