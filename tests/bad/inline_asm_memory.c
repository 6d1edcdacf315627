// Inline assembly that gets nothing active, but may write to a variable that holds something active.
// EXPECT: asm
// EXPECT: `f`
#include "bad.h"

double state;

static double f(double x) {
  state = x * x;
  __asm__ volatile("movq $0, state(%%rip)" : : : "memory"); // HERE
  return state * x;
}

double df(double x) { return __enzyme_fwddiff((void *)f, x, 1.0); }
