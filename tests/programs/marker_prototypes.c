// Requests declared with a full prototype, so that float and small integers are not promoted, and request names of C++.
#include "check.h"
#include <stdbool.h>
#include <stdint.h>

float __enzyme_fwddiff_small(float (*)(float, int8_t, bool, uint16_t), float, float, int8_t, bool, uint16_t);
float __enzyme_fwddiff_promoted(void *, ...);
double _Z16__enzyme_fwddiffIdJPFddEddEET_DpT0_(double (*)(double), double, double);

static float f(float x, int8_t a, bool negate, uint16_t b) { return (negate ? -x : x) * (float)a + x * x * (float)b; }
static double g(double x) { return x * x * x; }

int main(void) {
  CHECK_CLOSE("small", DERIVATIVE(__enzyme_fwddiff_small(f, 0.5f, 2.0f, -3, true, 4), 2.0f * (3.0f + 4.0f)), 2 * (3 + 4 * 2 * 0.5), SINGLE);
  CHECK_CLOSE("promoted", DERIVATIVE(__enzyme_fwddiff_promoted((void *)f, 0.5f, 2.0f, (int8_t)-3, true, (uint16_t)4), 2.0f * (3.0f + 4.0f)),
              2 * (3 + 4 * 2 * 0.5), SINGLE);
  CHECK_CLOSE("C++ name", DERIVATIVE(_Z16__enzyme_fwddiffIdJPFddEddEET_DpT0_(g, 2.0, 0.5), 6.0), 6.0, EXACT);
  CHECK_CLOSE("value", f(0.5f, -3, true, 4), 1.5 + 1.0, SINGLE);
  return check_report();
}
