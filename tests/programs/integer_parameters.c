// Parameters of every integer type, bool and enum, between active ones; without markers they carry no derivative.
#include "check.h"
#include <stdbool.h>
#include <stdint.h>

enum operation { ADD, MULTIPLY };

static double f(int8_t a, double x, bool negate, uint16_t b, enum operation operation, double y, int64_t c, size_t d, char e) {
  double r = operation == ADD ? x + y : x * y;
  r = r * a + b * x;
  if (negate)
    r = -r;
  return r * (double)c + (double)d * y * y + (e == 'e' ? x : 0.0);
}

static double value(double x, double y, bool negate, enum operation o) { return f(-3, x, negate, 500, o, y, 2, 7, 'e'); }

int main(void) {
  double x = 0.75, y = -1.5, dx = 0.5, dy = 2.0, h = 1e-4;
  for (int i = 0; i < 4; i++) {
    bool negate = i & 1;
    enum operation o = i & 2 ? MULTIPLY : ADD;
    double sign = negate ? -1.0 : 1.0;
    double dr = (o == ADD ? dx + dy : dx * y + x * dy) * -3.0 + 500.0 * dx;
    double want = sign * dr * 2.0 + 14.0 * y * dy + dx;
    double got = DERIVATIVE(__enzyme_fwddiff((void *)f, (int8_t)-3, x, dx, negate, (uint16_t)500, o, y, dy, (int64_t)2, (size_t)7, 'e'),
                            (value(x + h * dx, y + h * dy, negate, o) - value(x - h * dx, y - h * dy, negate, o)) / (2 * h));
    CHECK_CLOSE("f", got, want, EXACT);
  }
  return check_report();
}
