// Van der Pol's oscillator y'' = mu (1 - y^2) y' - y from 0 to n, by the method of Dormand and Prince of order 5(4) with step-size
// control (Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, II.4). Unknowns: mu, y(0), y'(0); outputs: y(n), y'(n).
#include "kernel.h"
#include "scalar.h"

#define STAGES 7
#define SIZE 2
#define TOLERANCE 1e-8

// Row s has the weights of the stages before s. The last row is the solution of order 5, and its stage is the next step's first.
static const double WEIGHTS[STAGES][STAGES - 1] = {
    {0},
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
    {35.0 / 384, 0.0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84},
};

// The solution of order 5 minus that of order 4.
static const double ERROR_WEIGHTS[STAGES] = {
    71.0 / 57600, 0.0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40,
};

static void oscillator(real mu, const real *RESTRICT y, real *RESTRICT rate) {
  rate[0] = y[1];
  rate[1] = mu * (1.0 - y[0] * y[0]) * y[1] - y[0];
}

static real magnitude(real x) {
  if (RE(x) < 0.0)
    return -x;
  return x;
}

// Stages 1 to 6 of a step of length h from y, and where it leads.
static void step(real mu, real h, const real *RESTRICT y, real (*RESTRICT stage)[SIZE], real *RESTRICT next) {
  for (int s = 1; s < STAGES; s++) {
    for (int i = 0; i < SIZE; i++) {
      real sum = 0.0;
      for (int j = 0; j < s; j++)
        sum += WEIGHTS[s][j] * stage[j][i];
      next[i] = y[i] + h * sum;
    }
    oscillator(mu, next, stage[s]);
  }
}

// The estimated error of a step relative to the tolerance, in the root mean square over the components.
static real step_error(real h, const real *RESTRICT y, const real *RESTRICT next, real (*RESTRICT stage)[SIZE]) {
  real squares = 0.0;
  for (int i = 0; i < SIZE; i++) {
    real sum = 0.0;
    for (int s = 0; s < STAGES; s++)
      sum += ERROR_WEIGHTS[s] * stage[s][i];
    real before = magnitude(y[i]), after = magnitude(next[i]);
    real scale = TOLERANCE * (1.0 + (RE(before) > RE(after) ? before : after));
    squares += (h * sum / scale) * (h * sum / scale);
  }
  return sqrt(squares / SIZE);
}

static void integrate(real mu, real *RESTRICT y, double end) {
  real t = 0.0, h = 1e-3, stage[STAGES][SIZE], next[SIZE];
  oscillator(mu, y, stage[0]);
  while (RE(t) < end) {
    if (RE(t + h) > end)
      h = end - t;
    step(mu, h, y, stage, next);
    real error = step_error(h, y, next, stage);
    if (RE(error) <= 1.0) {
      t += h;
      for (int i = 0; i < SIZE; i++) {
        y[i] = next[i];
        stage[0][i] = stage[STAGES - 1][i];
      }
    }
    real factor = 0.9 * exp(-0.2 * log(error));
    if (RE(factor) < 0.2)
      factor = 0.2;
    else if (RE(factor) > 5.0)
      factor = 5.0;
    h *= factor;
  }
}

ENTRY_LINKAGE void ENTRY(const struct kernel *given, const real *RESTRICT x, real *RESTRICT y) {
  y[0] = x[1];
  y[1] = x[2];
  integrate(x[0], y, given->n);
}
