#include "check.h"

double f(double x);

void *__gxx_personality_v0; // Nothing is thrown, so that no C++ runtime is needed.

int main(void) {
  CHECK_SCALAR(f, 1.5, 2 * 4 * 1.5 * 1.5 * 1.5, EXACT);
  return check_report();
}
