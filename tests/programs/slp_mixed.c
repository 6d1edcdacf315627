// Neighbours of different kinds that the optimizer packs into one vector: a double and an integer, or a double and a pointer, become
// two lanes of <2 x i64>.
#include "check.h"

struct entry {
  double value;
  long count;
};
struct link {
  double weight;
  const struct entry *entry;
};

__attribute__((noinline)) static void rotate(struct entry *restrict to, const struct entry *restrict from) {
  to[0].value = from[1].value;
  to[0].count = from[1].count;
  to[1].value = from[2].value;
  to[1].count = from[2].count;
  to[2].value = from[0].value;
  to[2].count = from[0].count;
}

__attribute__((noinline)) static void exchange(struct link *a, struct link *b) {
  double weight = a->weight;
  const struct entry *entry = a->entry;
  a->weight = b->weight;
  a->entry = b->entry;
  b->weight = weight;
  b->entry = entry;
}

static double f(const double *x, int n) {
  struct entry from[3], to[3];
  struct link links[2];
  (void)n;
  for (int i = 0; i < 3; i++) {
    from[i].value = x[i] * x[(i + 1) % 3];
    from[i].count = i + 2;
  }
  rotate(to, from);
  links[0].weight = x[0];
  links[0].entry = &to[0];
  links[1].weight = x[1] * x[2];
  links[1].entry = &to[2];
  exchange(&links[0], &links[1]);
  double s = 0;
  for (int i = 0; i < 2; i++)
    s += links[i].weight * links[i].entry->value * (double)links[i].entry->count;
  return s;
}

// links[0] is x1 x2 times to[2] = from[0] = x0 x1, counted twice; links[1] is x0 times to[0] = from[1] = x1 x2, three times.
static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)n;
  (void)m;
  dy[0] = 2.0 * (v[0] * x[1] * x[1] * x[2] + 2.0 * x[0] * x[1] * v[1] * x[2] + x[0] * x[1] * x[1] * v[2]) +
          3.0 * (v[0] * x[1] * x[2] + x[0] * v[1] * x[2] + x[0] * x[1] * v[2]);
}

int main(void) {
  double x[] = {0.9, -0.4, 1.7};
  CHECK_FUNCTIONAL(f, 3, x, jvp, EXACT);
  return check_report();
}
