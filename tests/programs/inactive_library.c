// Library functions that have no derivative and need none: time, environment, text, integers, random numbers, assertions.
#include "check.h"
#include <assert.h>
#include <ctype.h>
#include <time.h>

static double f(const double *x, int n) {
  time_t now = time(0);
  clock_t start = clock();
  const char *home = getenv("RSENZYME_SURELY_NOT_SET");
  double s = 0;
  srand(7);
  for (int i = 0; i < n; i++) {
    int k = abs(-3) + atoi("2") + (toupper('a') == 'A') + rand() % 1;
    assert(k == 6);
    s += k * x[i] * x[i];
  }
  if (now < 0 || home || clock() < start || strcmp("a", "b") == 0 || memcmp("ab", "ac", 2) > 0)
    s = -s;
  return s * (double)strlen("abcd") * strtod("0.5", 0);
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  dy[0] = 0;
  for (int i = 0; i < n; i++)
    dy[0] += 24 * x[i] * v[i];
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2};
  CHECK_FUNCTIONAL(f, 3, x, jvp, EXACT);
  return check_report();
}
