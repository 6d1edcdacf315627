// Calls of variadic functions that carry no derivative, with active values as arguments.
#include "check.h"

static double f(const double *x, int n) {
  char text[200], *end = text;
  double s = 0;
  for (int i = 0; i < n; i++) {
    end += snprintf(end, 24, "%d:%.3f;", i, x[i]);
    s += x[i] * x[i] * (double)strlen(text);
  }
  fprintf(stderr, "%s", s > 1e9 ? text : "");
  return s;
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  dy[0] = 0;
  for (int i = 0; i < n; i++)
    dy[0] += 2 * x[i] * v[i] * 8.0 * (i + 1);
}

int main(void) {
  double x[] = {0.5, 0.3, 1.2, 0.8};
  CHECK_FUNCTIONAL(f, 4, x, jvp, EXACT);
  return check_report();
}
