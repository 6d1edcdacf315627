// Output of active values from inside the function: printf, puts, fputs, putchar, fflush.
#include "check.h"

static double f(double x) {
  double y = x * x;
  printf("x = %g, y = %g\n", x, y);
  if (y > 1.0)
    puts("large");
  y = y * x;
  putchar('.');
  fputs("\n", stdout);
  fflush(stdout);
  return y;
}

int main(void) {
  CHECK_SCALAR(f, 0.5, 3 * 0.25, EXACT);
  CHECK_SCALAR(f, 1.5, 3 * 2.25, EXACT);
  return check_report();
}
