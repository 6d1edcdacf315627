// An array of structs that is filled, changed in place and reduced; also struct copies between elements.
#include "check.h"

struct particle {
  double position[2], velocity[2], mass;
  int alive;
};

static double f(const double *x, int n) {
  struct particle p[6];
  for (int i = 0; i < n; i++) {
    p[i].position[0] = x[i];
    p[i].position[1] = x[(i + 1) % n] * 0.5;
    p[i].velocity[0] = 1.0;
    p[i].velocity[1] = -x[i];
    p[i].mass = 1.0 + i;
    p[i].alive = i != 2;
  }
  for (int t = 0; t < 3; t++)
    for (int i = 0; i < n; i++)
      for (int c = 0; c < 2; c++)
        p[i].position[c] += 0.1 * p[i].velocity[c] * p[(i + t) % n].position[c];
  struct particle copy = p[1];
  p[1] = p[n - 1];
  p[n - 1] = copy;
  double energy = 0;
  for (int i = 0; i < n; i++)
    if (p[i].alive)
      energy += p[i].mass * (p[i].position[0] * p[i].position[0] + p[i].velocity[1] * p[i].position[1]);
  return energy;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6, 0.4};
  CHECK_FUNCTIONAL(f, 6, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
