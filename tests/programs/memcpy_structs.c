// Copies of structs that mix floats, doubles, integers and pointers, by assignment and by memcpy.
#include "check.h"

struct body {
  double position[3];
  float charge;
  int index;
  struct body *partner;
};

__attribute__((noinline)) static void swap(struct body *a, struct body *b) {
  struct body t = *a;
  *a = *b;
  *b = t;
}

static double f(const double *x, int n) {
  struct body bodies[3], copies[3];
  (void)n;
  for (int i = 0; i < 3; i++) {
    for (int c = 0; c < 3; c++)
      bodies[i].position[c] = x[i] * (c + 1);
    bodies[i].charge = 0.5f;
    bodies[i].index = i;
    bodies[i].partner = &bodies[(i + 1) % 3];
  }
  swap(&bodies[0], &bodies[2]);
  memcpy(copies, bodies, sizeof bodies);
  bodies[1].position[1] *= 2.0;
  double s = 0;
  for (int i = 0; i < 3; i++)
    s += copies[i].position[1] * copies[i].partner->position[1] * (copies[i].index + 1) + (double)copies[i].charge;
  return s;
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  // Slots hold bodies 2, 1, 0; their partners are slots 0, 2, 1; slot 1 is doubled afterwards.
  dy[0] = 0;
  int slot[3] = {2, 1, 0}, partner[3] = {2, 1, 0};
  partner[0] = slot[0], partner[1] = slot[2], partner[2] = slot[1];
  for (int i = 0; i < 3; i++) {
    double w = (slot[i] + 1) * 4.0 * (i == 2 ? 2.0 : 1.0);
    dy[0] += w * (v[slot[i]] * x[partner[i]] + x[slot[i]] * v[partner[i]]);
  }
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2};
  CHECK_FUNCTIONAL(f, 3, x, jvp, EXACT);
  return check_report();
}
