// Step-size control: the step, so the control flow, depends on active values; the right-hand side is a callback.
#include "check.h"

typedef void (*equation)(double t, const double *y, double *dy, const void *context);

static void pendulum(double t, const double *y, double *dy, const void *context) {
  const double *damping = context;
  dy[0] = y[1];
  dy[1] = -sin(y[0]) - damping[0] * y[1] + 0.1 * cos(t);
}

// Heun's method with the Euler step as its error estimate. The end of the last step is exactly t1.
static int integrate(equation f, const void *context, double *y, double t, double t1, double tolerance) {
  double h = 0.1, k1[2], k2[2], e[2];
  int steps = 0;
  while (t < t1) {
    if (t + h > t1)
      h = t1 - t;
    f(t, y, k1, context);
    e[0] = y[0] + h * k1[0];
    e[1] = y[1] + h * k1[1];
    f(t + h, e, k2, context);
    double error = 0;
    for (int i = 0; i < 2; i++)
      error += fabs(0.5 * h * (k2[i] - k1[i]));
    if (error > tolerance) {
      h *= 0.5;
      continue;
    }
    for (int i = 0; i < 2; i++)
      y[i] += 0.5 * h * (k1[i] + k2[i]);
    t += h;
    steps++;
    if (error < 0.1 * tolerance)
      h *= 1.5;
  }
  return steps;
}

static void f(const double *x, int n, double *y, int m) {
  (void)n;
  (void)m;
  y[0] = x[0];
  y[1] = x[1];
  integrate(pendulum, &x[2], y, 0.0, 2.0, 1e-3);
}

int main(void) {
  double x[] = {1.0, 0.3, 0.2};
  check_step = 1e-4; // short enough that both sides take the same steps
  CHECK_MAP(f, 3, 2, x, 0, NUMERIC);
  return check_report();
}
