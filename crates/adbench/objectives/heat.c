// The heat equation on an n x n grid with a border of temperature zero, HEAT_STEPS explicit steps, each from one array into another.
// Unknowns: the conductivity, then the n x n temperatures at the start; outputs: the temperatures at the end.
#include "kernel.h"
#include "scalar.h"

static void step(int n, real conductivity, const real *RESTRICT from, real *RESTRICT to) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      int here = i * n + j;
      real around = -4.0 * from[here];
      if (i > 0)
        around += from[here - n];
      if (i + 1 < n)
        around += from[here + n];
      if (j > 0)
        around += from[here - 1];
      if (j + 1 < n)
        around += from[here + 1];
      to[here] = from[here] + conductivity * around;
    }
}

static void heat(int n, real conductivity, const real *RESTRICT start, real *RESTRICT end) {
  real *before = REALS(n * n);
  for (int i = 0; i < n * n; i++)
    end[i] = start[i];
  for (int t = 0; t < HEAT_STEPS; t++) {
    for (int i = 0; i < n * n; i++)
      before[i] = end[i];
    step(n, conductivity, before, end);
  }
  RELEASE(before);
}

ENTRY_LINKAGE void ENTRY(const struct kernel *given, const real *RESTRICT x, real *RESTRICT y) { heat(given->n, x[0], x + 1, y); }
