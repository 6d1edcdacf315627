// A ring buffer whose places are reused, with data-dependent reads.
#include "check.h"

enum { SIZE = 4 };

static double f(const double *x, int n) {
  double ring[SIZE] = {0.1, 0.2, 0.3, 0.4}, total = 0;
  int head = 0;
  for (int i = 0; i < 4 * n; i++) {
    double old = ring[head], last = ring[(head + SIZE - 1) % SIZE];
    ring[head] = x[i % n] * last + 0.3 * old * old;
    if (ring[head] > 0.5)
      head = (head + 1) % SIZE;
    else
      head = (head + 3) % SIZE;
    total += ring[head] * ring[(head + 2) % SIZE];
  }
  return total;
}

int main(void) {
  double x[5] = {0.9, 0.3, -0.7, 1.4, 0.6};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  return check_report();
}
