// The gradient of the oscillator with fixed steps by hand: the states of all steps are kept, the stages of a step are computed again.
#include <stdlib.h>

#include "kernel.h"

#define STEP 0.01

static void oscillator(double mu, double position, double speed, double *restrict rate) {
  rate[0] = speed;
  rate[1] = mu * (1.0 - position * position) * speed - position;
}

// The rate's adjoint goes to the place and speed that it was computed at, and to mu.
static void oscillator_back(double mu, double position, double speed, const double *restrict rate_bar, double *restrict bar,
                            double *restrict mu_bar) {
  bar[0] = -rate_bar[1] * (2.0 * mu * position * speed + 1.0);
  bar[1] = rate_bar[0] + rate_bar[1] * mu * (1.0 - position * position);
  *mu_bar += rate_bar[1] * (1.0 - position * position) * speed;
}

static const double OFFSETS[4] = {0.0, 0.5 * STEP, 0.5 * STEP, STEP}, SHARES[4] = {STEP / 6.0, STEP / 3.0, STEP / 3.0, STEP / 6.0};

// The four points at which the rate is taken, and the rates.
static void stages(double mu, const double *restrict y, double (*restrict at)[2], double (*restrict rate)[2]) {
  for (int s = 0; s < 4; s++) {
    for (int i = 0; i < 2; i++)
      at[s][i] = s == 0 ? y[i] : y[i] + OFFSETS[s] * rate[s - 1][i];
    oscillator(mu, at[s][0], at[s][1], rate[s]);
  }
}

static void step_back(double mu, const double *restrict y, double *restrict y_bar, double *restrict mu_bar) {
  double at[4][2], rate[4][2], bar[2] = {0.0, 0.0}, start_bar[2] = {y_bar[0], y_bar[1]};
  stages(mu, y, at, rate);
  for (int s = 3; s >= 0; s--) {
    double rate_bar[2];
    for (int i = 0; i < 2; i++)
      rate_bar[i] = SHARES[s] * y_bar[i] + (s < 3 ? OFFSETS[s + 1] * bar[i] : 0.0);
    oscillator_back(mu, at[s][0], at[s][1], rate_bar, bar, mu_bar);
    for (int i = 0; i < 2; i++)
      start_bar[i] += bar[i];
  }
  y_bar[0] = start_bar[0];
  y_bar[1] = start_bar[1];
}

void manual_gradient(const void *constants, const double *restrict x, double *restrict y, double *restrict w,
                     double *restrict gradient) {
  const struct kernel *given = constants;
  int n = given->n;
  double(*states)[2] = malloc(sizeof *states * ((size_t)n + 1)), at[4][2], rate[4][2];
  states[0][0] = x[1];
  states[0][1] = x[2];
  for (int t = 0; t < n; t++) {
    stages(x[0], states[t], at, rate);
    for (int i = 0; i < 2; i++)
      states[t + 1][i] = states[t][i] + STEP / 6.0 * (rate[0][i] + 2.0 * rate[1][i] + 2.0 * rate[2][i] + rate[3][i]);
  }
  y[0] = states[n][0];
  y[1] = states[n][1];
  for (int t = n - 1; t >= 0; t--)
    step_back(x[0], states[t], w, gradient);
  gradient[1] += w[0];
  gradient[2] += w[1];
  w[0] = w[1] = 0.0;
  free(states);
}
