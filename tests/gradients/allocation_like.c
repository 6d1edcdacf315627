// Memory functions of the program's own: what they return gets a shadow by another call, cleared, and what is released is released with its
// shadow when the gradient is done.
#include "check.h"

double __enzyme_autodiff(void *, ...);

struct pool {
  char bytes[4096];
  size_t used;
  int live;
};
static struct pool pool;

__attribute__((noinline)) static void *take(struct pool *from, size_t size) {
  char *place = from->bytes + from->used;
  from->used += (size + 15) / 16 * 16;
  from->live++;
  // What the last user left there.
  memset(place, 0x55, size);
  return place;
}
__attribute__((noinline)) static void give(struct pool *to, void *what) {
  // Memory that is used after its release is noticed.
  memset(what, 0x66, 16);
  to->live--;
}
void *__enzyme_allocation_like[4] = {(void *)take, (void *)1, (void *)"0,-1", (void *)give};

static double f(double x, int n) {
  double s = 0;
  for (int i = 1; i <= n; i++) {
    double *p = take(&pool, 2 * sizeof(double));
    p[0] = x * i;
    p[1] = sin(p[0]);
    s += p[0] * p[1];
    give(&pool, p);
  }
  return s;
}

// A function of the C library by another name.
__attribute__((noinline)) static void *fresh(size_t size) { return malloc(size); }
__attribute__((noinline)) static void stale(void *p) { free(p); }
void *__enzyme_allocation_like_two[4] = {(void *)fresh, (void *)0, (void *)"-1", (void *)stale};

static double g(double x) {
  double *p = fresh(sizeof *p);
  *p = x * x;
  double r = *p * x;
  stale(p);
  return r;
}

int main(void) {
  double x = 0.6, want = 0;
  for (int i = 1; i <= 4; i++)
    want += i * sin(i * x) + i * x * i * cos(i * x);
  CHECK_CLOSE("pool", __enzyme_autodiff((void *)f, x, 4), want, EXACT);
  CHECK_CLOSE("all memory was given back", pool.live, 0, EXACT);
  CHECK_CLOSE("shadows are of the pool", pool.used, 8 * 16, EXACT);
  CHECK_CLOSE("like malloc", __enzyme_autodiff((void *)g, x), 3 * x * x, EXACT);
  return check_report();
}
