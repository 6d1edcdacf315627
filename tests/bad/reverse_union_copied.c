// A union of a number and an address that is copied whole: what its adjoint is, is not known.
// EXPECT: contradictory types
// EXPECT: `f`
#include "bad.h"
void __enzyme_autodiff(void *, ...);

union either {
  double number;
  const double *place;
};

__attribute__((noinline)) static double value(const union either *u, int is_place) {
  return is_place ? *u->place : u->number;
}

__attribute__((noinline)) static double f(const double *x, union either *a, int n) {
  union either b[8];
  for (int i = 0; i < n; i++)
    a[i].number = x[i] * x[i];
  a[0].place = x;
  __builtin_memcpy(b, a, 8 * sizeof *a); // HERE
  double s = 0;
  for (int i = 0; i < n; i++)
    s += value(&b[i], i == 0);
  return s;
}

void df(const double *x, double *dx, union either *a, union either *da, int n) {
  __enzyme_autodiff((void *)f, enzyme_dup, x, dx, enzyme_dup, a, da, enzyme_const, n);
}
