/* A damped pendulum, integrated with the classical Runge-Kutta method.
 *
 * How does the mechanical energy after ten seconds change with the damping coefficient?  The forward derivative goes
 * through the time loop, the four calls of the right-hand side in each step, and the state in memory. */
#include <math.h>
#include <stdio.h>

enum { ANGLE, VELOCITY, STATES };

static const double gravity = 9.81, length = 0.7;

/* The right-hand side of the equation of motion. */
__attribute__((noinline)) static void motion(const double *state, double damping, double *rate) {
  rate[ANGLE] = state[VELOCITY];
  rate[VELOCITY] = -gravity / length * sin(state[ANGLE]) - damping * state[VELOCITY] * fabs(state[VELOCITY]);
}

static void runge_kutta_step(double *state, double damping, double h) {
  double k[4][STATES], probe[STATES];
  const double reach[4] = {0.0, 0.5, 0.5, 1.0}, weight[4] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
  for (int stage = 0; stage < 4; ++stage) {
    for (int i = 0; i < STATES; ++i)
      probe[i] = state[i] + (stage > 0 ? h * reach[stage] * k[stage - 1][i] : 0.0);
    motion(probe, damping, k[stage]);
  }
  for (int stage = 0; stage < 4; ++stage)
    for (int i = 0; i < STATES; ++i)
      state[i] += h * weight[stage] * k[stage][i];
}

/* The energy per mass of the pendulum after `seconds`. */
double energy(double damping, double seconds) {
  double state[STATES] = {[ANGLE] = 2.0, [VELOCITY] = 0.0};
  const double h = 1e-3;
  for (double t = 0.0; t < seconds; t += h)
    runge_kutta_step(state, damping, h);
  double speed = length * state[VELOCITY];
  return 0.5 * speed * speed + gravity * length * (1.0 - cos(state[ANGLE]));
}

extern double __enzyme_fwddiff(void *, ...);
extern int enzyme_dup, enzyme_const;

int main(void) {
  const double damping = 0.13, seconds = 10.0, step = 1e-6;
  double value = energy(damping, seconds);
  double derivative = __enzyme_fwddiff((void *)energy, enzyme_dup, damping, 1.0, enzyme_const, seconds);
  double difference_quotient = (energy(damping + step, seconds) - energy(damping - step, seconds)) / (2 * step);
  double error = fabs(derivative - difference_quotient);
  printf("energy after %g s            %.15g\n", seconds, value);
  printf("derivative by rsenzyme        %.15g\n", derivative);
  printf("derivative by differences     %.15g\n", difference_quotient);
  printf("their difference              %.3g\n", error);
  /* Central differences lose about step^2 to truncation and 1e-16/step to rounding. */
  return error <= 1e-7 * fmax(1.0, fabs(difference_quotient)) ? 0 : 1;
}
