// enzyme_width from 1 to 8: as many shadows after each argument, as many derivatives in the result.
#include "check.h"

#define DIRECTIONS_1(s) s 1.0
#define DIRECTIONS_2(s) DIRECTIONS_1(s), s 2.0
#define DIRECTIONS_3(s) DIRECTIONS_2(s), s 3.0
#define DIRECTIONS_4(s) DIRECTIONS_3(s), s 4.0
#define DIRECTIONS_5(s) DIRECTIONS_4(s), s 5.0
#define DIRECTIONS_6(s) DIRECTIONS_5(s), s 6.0
#define DIRECTIONS_7(s) DIRECTIONS_6(s), s 7.0
#define DIRECTIONS_8(s) DIRECTIONS_7(s), s 8.0

static double f(double a, double b) {
  double r = a;
  for (int i = 0; i < 3; i++)
    r = r * b + sin(a);
  return r;
}

static double jvp(double a, double b, double da, double db) {
  double r = a, d = da;
  for (int i = 0; i < 3; i++) {
    d = d * b + r * db + cos(a) * da;
    r = r * b + sin(a);
  }
  return d;
}

#ifdef SELFTEST
static double stand_in(int k) {
  double h = 1e-5;
  return (f(0.7 + h * k, 1.3 - h * k) - f(0.7 - h * k, 1.3 + h * k)) / (2 * h);
}
#define ASK(w)                                                                                                        \
  struct derivatives_##w got;                                                                                         \
  for (int k = 0; k < w; k++)                                                                                         \
    got.d[k] = stand_in(k + 1);
#else
#define ASK(w)                                                                                                        \
  struct derivatives_##w got =                                                                                        \
      __enzyme_fwddiff_##w((void *)f, enzyme_width, w, enzyme_dup, 0.7, DIRECTIONS_##w(+), enzyme_dup, 1.3, DIRECTIONS_##w(-));
#endif

#define WIDTH_TEST(w)                                                                                                 \
  struct derivatives_##w {                                                                                            \
    double d[w];                                                                                                      \
  };                                                                                                                  \
  struct derivatives_##w __enzyme_fwddiff_##w(void *, ...);                                                           \
  static void width_##w(void) {                                                                                       \
    ASK(w)                                                                                                            \
    for (int k = 0; k < w; k++)                                                                                       \
      CHECK_CLOSE("width " #w, got.d[k], jvp(0.7, 1.3, k + 1.0, -(k + 1.0)), EXACT);                                  \
  }

WIDTH_TEST(1)
WIDTH_TEST(2)
WIDTH_TEST(3)
WIDTH_TEST(4)
WIDTH_TEST(5)
WIDTH_TEST(6)
WIDTH_TEST(7)
WIDTH_TEST(8)

int main(void) {
  width_1();
  width_2();
  width_3();
  width_4();
  width_5();
  width_6();
  width_7();
  width_8();
  return check_report();
}
