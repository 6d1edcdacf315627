// Single precision throughout, with tangents of single precision.
#include "check.h"

float __enzyme_fwddiff_float(void *, ...);

static float f(float x) {
  float y = x * x + 0.5f;
  for (int i = 0; i < 4; i++)
    y = sqrtf(y + x) * 1.25f - sinf(x);
  return y / (1.0f + expf(-x));
}

static double reference(double x) {
  double y = x * x + 0.5;
  for (int i = 0; i < 4; i++)
    y = sqrt(y + x) * 1.25 - sin(x);
  return y / (1.0 + exp(-x));
}

int main(void) {
  static const float points[] = {0.25f, 1.5f, 0.8f};
  for (int i = 0; i < 3; i++) {
    float x = points[i];
    CHECK_CLOSE("f", DERIVATIVE(__enzyme_fwddiff_float((void *)f, x, 1.0f), (f(x + 0.01f) - f(x - 0.01f)) / 0.02f),
                check_scalar_expected(reference, x), SINGLE);
  }
  return check_report();
}
