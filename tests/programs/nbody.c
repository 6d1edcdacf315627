// Three bodies in two dimensions under gravity, velocity Verlet, final positions and energy drift.
#include "check.h"

enum { BODIES = 3, STEPS = 15 };

struct body {
  double p[2], v[2], a[2], mass;
};

static double accelerate(struct body *b) {
  double potential = 0;
  for (int i = 0; i < BODIES; i++)
    b[i].a[0] = b[i].a[1] = 0;
  for (int i = 0; i < BODIES; i++)
    for (int j = i + 1; j < BODIES; j++) {
      double d0 = b[j].p[0] - b[i].p[0], d1 = b[j].p[1] - b[i].p[1];
      double r2 = d0 * d0 + d1 * d1 + 0.01, inverse = 1.0 / (r2 * sqrt(r2));
      b[i].a[0] += b[j].mass * d0 * inverse;
      b[i].a[1] += b[j].mass * d1 * inverse;
      b[j].a[0] -= b[i].mass * d0 * inverse;
      b[j].a[1] -= b[i].mass * d1 * inverse;
      potential -= b[i].mass * b[j].mass / sqrt(r2);
    }
  return potential;
}

static void f(const double *x, int n, double *y, int m) {
  struct body b[BODIES];
  double h = 0.03, energy;
  (void)n;
  for (int i = 0; i < BODIES; i++) {
    b[i] = (struct body){{x[4 * i], x[4 * i + 1]}, {x[4 * i + 2], x[4 * i + 3]}, {0, 0}, 1.0 + 0.5 * i};
  }
  energy = accelerate(b);
  for (int t = 0; t < STEPS; t++) {
    for (int i = 0; i < BODIES; i++)
      for (int c = 0; c < 2; c++) {
        b[i].v[c] += 0.5 * h * b[i].a[c];
        b[i].p[c] += h * b[i].v[c];
      }
    energy = accelerate(b);
    for (int i = 0; i < BODIES; i++)
      for (int c = 0; c < 2; c++)
        b[i].v[c] += 0.5 * h * b[i].a[c];
  }
  for (int i = 0; i < BODIES; i++) {
    y[2 * i] = b[i].p[0];
    y[2 * i + 1] = b[i].p[1];
    energy += 0.5 * b[i].mass * (b[i].v[0] * b[i].v[0] + b[i].v[1] * b[i].v[1]);
  }
  y[m - 1] = energy;
}

int main(void) {
  double x[] = {0.0, 0.1, 0.3, -0.2, 1.0, -0.1, -0.4, 0.5, -0.7, 0.9, 0.2, 0.1};
  CHECK_MAP(f, 4 * BODIES, 2 * BODIES + 1, x, 0, NUMERIC);
  return check_report();
}
