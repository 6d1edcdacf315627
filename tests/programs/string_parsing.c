// Text steers the computation but carries no derivative: a calculator for reverse Polish notation.
#include "check.h"
#include <ctype.h>

static double evaluate(const char *text, const double *x) {
  double stack[8];
  int top = 0;
  for (const char *p = text; *p; p++) {
    if (isdigit((unsigned char)*p)) {
      char *end;
      stack[top++] = strtod(p, &end);
      p = end - 1;
    } else if (islower((unsigned char)*p)) {
      stack[top++] = x[*p - 'a'];
    } else if (*p == 'S') {
      stack[top - 1] = sin(stack[top - 1]);
    } else if (*p != ' ') {
      double b = stack[--top], a = stack[--top];
      stack[top++] = *p == '+' ? a + b : *p == '-' ? a - b : *p == '*' ? a * b : a / b;
    }
  }
  return stack[0];
}

static double f(const double *x, int n) {
  (void)n;
  return evaluate("a b * 2.5 c - / S a 3 * +", x) + (double)strlen("abc") * x[1];
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  double p = x[0] * x[1], dp = v[0] * x[1] + x[0] * v[1], q = 2.5 - x[2], dq = -v[2];
  dy[0] = cos(p / q) * (dp * q - p * dq) / (q * q) + 3 * v[0] + 3 * v[1];
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2};
  CHECK_FUNCTIONAL(f, 3, x, jvp, EXACT);
  return check_report();
}
