// Second derivatives, in every nesting, of recursive functions that count: down, up to a limit, in turns, together with another, and
// with memory of its own on each level.
#include "check.h"

double __enzyme_autodiff(void *, ...);
double __enzyme_fwddiff(void *, ...);

__attribute__((noinline)) static double down(double x, int n) { return n == 0 ? 1 : x * down(x, n - 1); }
__attribute__((noinline)) static double up(double x, int n, int to) { return n == to ? 1 : x * up(x, n + 1, to); }
// n and m are counted down in turns.
__attribute__((noinline)) static double turns(double x, int n, int m) {
  return n <= 0 ? 1 : x * turns(x, m, n - 1);
}
__attribute__((noinline)) static double odd(double x, int to, int n);
__attribute__((noinline)) static double even(double x, int n, int to) { return n == to ? 1 : x * odd(x, to, n); }
__attribute__((noinline)) static double odd(double x, int to, int n) { return even(x, n + 1, to); }
// The sum of x^k for k below 2^n, in halves, with a sum in memory of each level.
__attribute__((noinline)) static double halves(double x, double *sum, int from, int n) {
  if (n == 1) {
    sum[0] += down(x, from);
    return sum[0];
  }
  double own[2] = {0, 1};
  halves(x, own, from, n / 2);
  double r = halves(x, own, from + n / 2, n - n / 2);
  sum[0] += r * own[1];
  return sum[0];
}

static double f(double x) {
  double sum = 0;
  halves(x, &sum, 0, 8);
  return down(x, 90) * down(x, 3) + up(x, 0, 50) * up(x, 7, 9) + turns(x, 20, 30) + even(x, 0, 60) + sum;
}
// x^93 + x^52 + x^40 + x^60 + 1 + x + ... + x^7: turns ends when what was 20 is 0, at its 41st call.
static double first(double x) {
  double s = 93 * pow(x, 92) + 52 * pow(x, 51) + 40 * pow(x, 39) + 60 * pow(x, 59);
  for (int k = 1; k < 8; k++)
    s += k * pow(x, k - 1);
  return s;
}
static double second(double x) {
  double s = 93 * 92 * pow(x, 91) + 52 * 51 * pow(x, 50) + 40 * 39 * pow(x, 38) + 60 * 59 * pow(x, 58);
  for (int k = 2; k < 8; k++)
    s += k * (k - 1) * pow(x, k - 2);
  return s;
}

static double gradient(double x) { return __enzyme_autodiff((void *)f, x); }
static double tangent(double x) { return __enzyme_fwddiff((void *)f, x, 1.0); }

int main(void) {
  double x = 0.97;
  CHECK_CLOSE("gradient", gradient(x), first(x), EXACT);
  CHECK_CLOSE("tangent", tangent(x), first(x), EXACT);
  CHECK_CLOSE("forward over reverse", __enzyme_fwddiff((void *)gradient, x, 1.0), second(x), EXACT);
  CHECK_CLOSE("forward over forward", __enzyme_fwddiff((void *)tangent, x, 1.0), second(x), EXACT);
  CHECK_CLOSE("reverse over forward", __enzyme_autodiff((void *)tangent, x), second(x), EXACT);
  CHECK_CLOSE("reverse over reverse", __enzyme_autodiff((void *)gradient, x), second(x), EXACT);
  return check_report();
}
