// Tables of functions of one variable: APPLY(name, call, derivative, points...), where both expressions are in x.
// DEFINE makes the function under test and its closed form; RUN compares them at three points.
#ifndef RSENZYME_TABLE_H
#define RSENZYME_TABLE_H

#include "check.h"

#define DEFINE(name, call, derivative, a, b, c)                                                                       \
  static double f_##name(double x) { return call; }                                                                   \
  static double d_##name(double x) {                                                                                  \
    (void)x;                                                                                                          \
    return derivative;                                                                                                \
  }

#define RUN(name, call, derivative, a, b, c)                                                                          \
  CHECK_SCALAR(f_##name, a, d_##name(a), EXACT);                                                                      \
  CHECK_SCALAR(f_##name, b, d_##name(b), EXACT);                                                                      \
  CHECK_SCALAR(f_##name, c, d_##name(c), EXACT);

#endif
