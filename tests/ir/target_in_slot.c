#include "check.h"

double in_slot(double x);
double chosen(int which, double x);

int main(void) {
  CHECK_CLOSE("in a slot", in_slot(1.5), 3 * 1.5 * 1.5, EXACT);
  CHECK_CLOSE("the first", chosen(0, 1.5), 3 * 1.5 * 1.5, EXACT);
  CHECK_CLOSE("the second", chosen(1, 1.5), 2 * 1.5, EXACT);
  return check_report();
}
