// enzyme_const: on a float, on memory that the function changes, and on all arguments but one.
#include "check.h"

static double f(double a, double *memory, double b) {
  memory[0] = memory[0] * 2.0;
  return a * memory[0] + b * a;
}

int main(void) {
  double memory[] = {1.25};
  CHECK_CLOSE("da", DERIVATIVE(__enzyme_fwddiff((void *)f, enzyme_dup, 3.0, 1.0, enzyme_const, memory, enzyme_const, 0.5),
                               (memory[0] *= 2, 3.0)),
              2.5 + 0.5, EXACT);
  CHECK_CLOSE("memory was changed once", memory[0], 2.5, 0);
  CHECK_CLOSE("db", DERIVATIVE(__enzyme_fwddiff((void *)f, enzyme_const, 3.0, enzyme_const, memory, 0.5, 1.0),
                               (memory[0] *= 2, 3.0)),
              3.0, EXACT);
  CHECK_CLOSE("memory was changed twice", memory[0], 5.0, 0);
  CHECK_CLOSE("nothing active", DERIVATIVE(__enzyme_fwddiff((void *)f, enzyme_const, 3.0, enzyme_const, memory, enzyme_const, 0.5), 0.0),
              0.0, 0);
  return check_report();
}
