// The function to differentiate is chosen at run time, or kept in a variable.
#include "check.h"

static double square(double x) { return x * x; }
static double cube(double x) { return x * x * x; }

#ifdef SELFTEST
#define REQUEST(f, x) check_scalar_difference(f, x)
#else
#define REQUEST(f, x) __enzyme_fwddiff((void *)(f), x, 1.0)
#endif

__attribute__((noinline)) static double chosen(int which, double x) {
#ifdef SELFTEST
  return which ? REQUEST(square, x) : REQUEST(cube, x);
#elif !defined(__OPTIMIZE__) // Without optimization a choice is a branch, and what arrives is not known.
  return which ? REQUEST(square, x) : REQUEST(cube, x);
#else
  return __enzyme_fwddiff(which ? (void *)square : (void *)cube, x, 1.0);
#endif
}

__attribute__((noinline)) static double kept(double x) {
  double (*f)(double) = cube;
  return REQUEST(f, x);
}

int main(void) {
  CHECK_CLOSE("the first", chosen(1, 1.5), 3.0, EXACT);
  CHECK_CLOSE("the second", chosen(0, 1.5), 6.75, EXACT);
  CHECK_CLOSE("kept", kept(1.5), 6.75, EXACT);
  return check_report();
}
