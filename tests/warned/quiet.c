// Nothing to warn of: variables that only one derivative uses, that are only printed, or that hold integers.
// UNEXPECTED: warning
#include "../bad/bad.h"
#include <stdio.h>

double scale = 2.0;
static double scratch[4];
static struct {
  long uses;
  double last;
} record;

static double f(double x) {
  scratch[1] = x * scale;
  record.last = x;
  record.uses++;
  return scratch[1] * record.last;
}

static double g(double x) {
  if (record.uses > 3)
    printf("%g\n", scratch[1]);
  return x * (double)record.uses;
}

double both(double x) { return __enzyme_fwddiff((void *)f, x, 1.0) + __enzyme_fwddiff((void *)g, x, 1.0); }
