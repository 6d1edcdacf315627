// Black-Scholes: the greeks of a European call are closed forms.
#include "check.h"

static double normal(double x) { return 0.5 * erfc(-x * M_SQRT1_2); }

// x = {spot, strike, rate, volatility, time}
static double call(const double *x, int n) {
  (void)n;
  double s = x[0], k = x[1], r = x[2], v = x[3], t = x[4];
  double d1 = (log(s / k) + (r + 0.5 * v * v) * t) / (v * sqrt(t)), d2 = d1 - v * sqrt(t);
  return s * normal(d1) - k * exp(-r * t) * normal(d2);
}

static void greeks(const double *x, const double *dx, int n, double *dy, int m) {
  (void)n;
  (void)m;
  double s = x[0], k = x[1], r = x[2], v = x[3], t = x[4];
  double d1 = (log(s / k) + (r + 0.5 * v * v) * t) / (v * sqrt(t)), d2 = d1 - v * sqrt(t);
  double density = exp(-0.5 * d1 * d1) / sqrt(2 * M_PI), discount = k * exp(-r * t) * normal(d2);
  double delta = normal(d1), vega = s * density * sqrt(t), rho = t * discount;
  double theta = s * density * v / (2 * sqrt(t)) + r * discount;
  dy[0] = delta * dx[0] - discount / k * dx[1] + rho * dx[2] + vega * dx[3] + theta * dx[4];
}

int main(void) {
  double x[] = {1.1, 1.0, 0.05, 0.3, 0.75}, y[] = {0.8, 1.0, 0.02, 0.5, 1.5};
  CHECK_FUNCTIONAL(call, 5, x, greeks, EXACT);
  CHECK_FUNCTIONAL(call, 5, y, greeks, EXACT);
  return check_report();
}
