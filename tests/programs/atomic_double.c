// C11 atomics on doubles: load, store, and addition by a compare-and-swap loop, beside atomic counters.
#include "check.h"
#include <stdatomic.h>

static double f(const double *x, int n) {
  _Atomic double sum;
  atomic_int count;
  atomic_init(&sum, 0.5);
  atomic_init(&count, 0);
  for (int i = 0; i < n; i++) {
    atomic_store(&sum, atomic_load(&sum) * x[i]);
    sum += x[i] * x[0];
    atomic_fetch_add(&count, 1);
  }
  return atomic_load(&sum) * atomic_load(&count);
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
