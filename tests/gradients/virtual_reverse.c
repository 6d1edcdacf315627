// __enzyme_virtualreverse: shadows of functions, stored by the program into shadow memory, and called by it.
#include "check.h"

extern int enzyme_out;
double __enzyme_autodiff(void *, ...);
void *__enzyme_virtualreverse(void *);
void *__enzyme_virtualreverse_global(void *);

__attribute__((noinline)) static double square(double x) { return x * x; }
__attribute__((noinline)) static double wave(double x) { return sin(3 * x); }
__attribute__((noinline)) static double scaled(double x, double *p) {
  double y = x * p[0];
  p[0] = y;
  return y * y;
}

struct object {
  double (*f)(double);
  double weight;
};
static double apply(struct object *o, double x) { return o->weight * o->f(x); }

typedef double (*function)(double);

// What a table begins with, for a function of a number and an address.
struct augmented {
  void *tape;
  double value;
};
struct table {
  struct augmented (*augmented)(double, double *, double *);
  double (*reverse)(double, double *, double *, double, void *);
};

static double parameter = 2;
static double uses_global(double x) { return parameter * x; }

int main(int argc, char **argv) {
  (void)argv;
  struct object o = {argc > 100 ? square : wave, 0.5};
  struct object shadow = {(function)__enzyme_virtualreverse((void *)wave), 0};
  double dx = __enzyme_autodiff((void *)apply, enzyme_dup, &o, &shadow, enzyme_out, 0.3);
  CHECK_CLOSE("through the table of wave", dx, 0.5 * 3 * cos(0.9), EXACT);
  CHECK_CLOSE("weight", shadow.weight, sin(0.9), EXACT);
  o.f = argc > 100 ? wave : square;
  shadow.f = (function)__enzyme_virtualreverse((void *)square);
  shadow.weight = 0;
  dx = __enzyme_autodiff((void *)apply, enzyme_dup, &o, &shadow, enzyme_out, 0.3);
  CHECK_CLOSE("through the table of square", dx, 0.5 * 2 * 0.3, EXACT);

  const struct table *t = __enzyme_virtualreverse((void *)scaled);
  double p = 3, dp = 0.25;
  struct augmented a = t->augmented(2, &p, &dp);
  CHECK_CLOSE("value by the table", a.value, 36, EXACT);
  p = 1e30;
  // y = x p: the seed 1 of y*y, and 0.25 of the memory.
  CHECK_CLOSE("derivative by the table", t->reverse(2, &p, &dp, 1, a.tape), (2 * 6 + 0.25) * 3, EXACT);
  CHECK_CLOSE("of memory", dp, (2 * 6 + 0.25) * 2, EXACT);

  double *dparameter = __enzyme_virtualreverse_global(&parameter);
  *dparameter = 0;
  (void)uses_global;
  CHECK_CLOSE("the shadow of a variable is one", dparameter != &parameter, 1, EXACT);
  return check_report();
}
