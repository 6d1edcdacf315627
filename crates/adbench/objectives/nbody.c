// n bodies that attract each other, NBODY_STEPS steps of the leapfrog method (kick, drift, kick with the kicks joined). Unknowns: for each
// body its place and speed, 6 numbers. Output: the moment of inertia at the end, the sum of mass times squared distance from the origin.
#include "kernel.h"
#include "scalar.h"

#define STEP 1e-3
#define SOFTENING 1e-2

static void attract(int n, const double *RESTRICT masses, real *RESTRICT bodies, double time) {
  for (int i = 0; i < n; i++) {
    real pull[3] = {0.0, 0.0, 0.0};
    for (int j = 0; j < n; j++) {
      real apart[3], square = SOFTENING;
      for (int r = 0; r < 3; r++) {
        apart[r] = bodies[6 * j + r] - bodies[6 * i + r];
        square += apart[r] * apart[r];
      }
      real force = masses[j] / (square * sqrt(square));
      for (int r = 0; r < 3; r++)
        pull[r] += force * apart[r];
    }
    for (int r = 0; r < 3; r++)
      bodies[6 * i + 3 + r] += time * pull[r];
  }
}

static void drift(int n, real *RESTRICT bodies) {
  for (int i = 0; i < n; i++)
    for (int r = 0; r < 3; r++)
      bodies[6 * i + r] += STEP * bodies[6 * i + 3 + r];
}

static real nbody(int n, const double *RESTRICT masses, const real *RESTRICT start) {
  real *bodies = REALS(6 * n), inertia = 0.0;
  for (int i = 0; i < 6 * n; i++)
    bodies[i] = start[i];
  attract(n, masses, bodies, 0.5 * STEP);
  for (int t = 0; t < NBODY_STEPS; t++) {
    drift(n, bodies);
    attract(n, masses, bodies, STEP);
  }
  for (int i = 0; i < n; i++)
    for (int r = 0; r < 3; r++)
      inertia += masses[i] * bodies[6 * i + r] * bodies[6 * i + r];
  RELEASE(bodies);
  return inertia;
}

ENTRY_LINKAGE void ENTRY(const struct kernel *given, const real *RESTRICT x, real *RESTRICT y) { y[0] = nbody(given->n, given->given, x); }
