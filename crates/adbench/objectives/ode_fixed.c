// Van der Pol's oscillator y'' = mu (1 - y^2) y' - y in n steps of length 1/100 by the classical method of Runge and Kutta of order 4.
// Unknowns: mu, y(0), y'(0); outputs: y and y' at the end.
#include "kernel.h"
#include "scalar.h"

#define STEP 0.01

static void oscillator(real mu, real position, real speed, real *RESTRICT rate) {
  rate[0] = speed;
  rate[1] = mu * (1.0 - position * position) * speed - position;
}

static void integrate(real mu, real *RESTRICT y, int steps) {
  real a[2], b[2], c[2], d[2];
  for (int step = 0; step < steps; step++) {
    oscillator(mu, y[0], y[1], a);
    oscillator(mu, y[0] + 0.5 * STEP * a[0], y[1] + 0.5 * STEP * a[1], b);
    oscillator(mu, y[0] + 0.5 * STEP * b[0], y[1] + 0.5 * STEP * b[1], c);
    oscillator(mu, y[0] + STEP * c[0], y[1] + STEP * c[1], d);
    for (int i = 0; i < 2; i++)
      y[i] += STEP / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]);
  }
}

ENTRY_LINKAGE void ENTRY(const struct kernel *given, const real *RESTRICT x, real *RESTRICT y) {
  y[0] = x[1];
  y[1] = x[2];
  integrate(x[0], y, given->n);
}
