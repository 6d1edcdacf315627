// An address that leads to a constant table or to the inputs: adjoints are added wherever it leads.
#include "check.h"

static const double table[4] = {1.5, 2.5, -0.5, 0.25};

static double chosen(const double *x, int n) {
  double s = 0;
  for (int k = 0; k < 2; k++) {
    const double *p = k ? table : x;
    for (int i = 0; i < n; i++)
      s += p[i] * p[i] * (i + 1) * x[0];
  }
  return s;
}

static double copied(const double *x, int n) {
  double s = 0, kept[4];
  for (int k = 0; k < 2; k++) {
    const double *p = k ? x : table;
    memcpy(kept, p, sizeof kept);
    for (int i = 0; i < n; i++)
      s += kept[i] * x[n - 1 - i] * (k + 1);
  }
  return s * s;
}

int main(void) {
  const double x[4] = {0.6, -0.4, 0.8, 1.1};
  CHECK_FUNCTIONAL(chosen, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(copied, 4, x, 0, NUMERIC);
  return check_report();
}
