// The logarithm of a sum of exponentials, shifted by the largest term so that no exponential overflows. The shift cancels, so
// that its derivative does, too; it is subtracted as an active number all the same.
#ifndef ADBENCH_LOG_SUM_EXP_INLINE_H
#define ADBENCH_LOG_SUM_EXP_INLINE_H

#include "scalar.h"

static real log_sum_exp(int n, const real *RESTRICT x) {
  real largest = x[0];
  for (int i = 1; i < n; i++)
    if (RE(x[i]) > RE(largest))
      largest = x[i];
  real sum = 0.0;
  for (int i = 0; i < n; i++)
    sum += exp(x[i] - largest);
  return largest + log(sum);
}

#endif
