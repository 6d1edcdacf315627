// Structures that begin with integers, copied in numbers of bytes that nothing divides that is known: a product that is checked for overflow,
// a number that a caller passes. What the first bytes are says nothing about the others.
#include "check.h"
#include <stdint.h>

struct particle {
  int64_t key[4];
  double place[2];
};

__attribute__((noinline)) static void copy_checked(struct particle *to, const struct particle *from, size_t n) {
  size_t bytes;
  if (__builtin_mul_overflow(n, sizeof *from, &bytes) || from->key[0] < 0)
    abort();
  memcpy(to, from, bytes);
}

__attribute__((noinline)) static void move_bytes(struct particle *to, const struct particle *from, size_t bytes) {
  if (from->key[1] < 7)
    memmove(to, from, bytes);
}

__attribute__((noinline)) static double sum(const struct particle *all, int n) {
  double r = 0;
  for (int i = 0; i < n; i++)
    r += (double)(all[i].key[0] + i) * sin(all[i].place[0]) * all[i].place[1];
  return r;
}

static double f(const double *x, int n) {
  struct particle *all = malloc((size_t)n * sizeof *all), *half = malloc((size_t)n * sizeof *half);
  for (int i = 0; i < n; i++)
    all[i] = (struct particle){{n - i, 1, i, 3}, {x[i] * x[i], cos(x[i])}};
  copy_checked(half, all + n / 2, (size_t)(n - n / 2));
  move_bytes(all + 1, all, (size_t)(n / 2) * sizeof *all);
  const double r = sum(half, n - n / 2) + sum(all, n);
  free(half);
  free(all);
  return r;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.9, 0.35};
  CHECK_FUNCTIONAL(f, 6, x, 0, NUMERIC);
  return check_report();
}
