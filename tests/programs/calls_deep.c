// A chain of calls that hand pointers down and values up; the callee writes into its caller's frame.
#include "check.h"

struct state {
  double position, velocity;
  double *log;
};

__attribute__((noinline)) static double force(const struct state *s) { return -s->position * (1.0 + 0.1 * s->position); }
__attribute__((noinline)) static void kick(struct state *s, double h) { s->velocity += h * force(s); }
__attribute__((noinline)) static void drift(struct state *s, double h) {
  s->position += h * s->velocity;
  *s->log++ = s->position;
}
__attribute__((noinline)) static void step(struct state *s, double h) {
  kick(s, 0.5 * h);
  drift(s, h);
  kick(s, 0.5 * h);
}

static void leapfrog(const double *x, int n, double *y, int m) {
  struct state s = {x[0], x[1], y};
  (void)n;
  for (int i = 0; i < m; i++)
    step(&s, x[2]);
  y[m - 1] += s.velocity;
}

int main(void) {
  double x[] = {1.0, 0.2, 0.05};
  CHECK_MAP(leapfrog, 3, 10, x, 0, NUMERIC);
  return check_report();
}
