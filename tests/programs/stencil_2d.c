// A two-dimensional nonlinear heat equation with boundary conditions and rows reached through pointers.
#include "check.h"

enum { NX = 6, NY = 5 };

static void step(double (*u)[NX], double (*next)[NX]) {
  for (int j = 0; j < NY; j++)
    for (int i = 0; i < NX; i++) {
      double west = i > 0 ? u[j][i - 1] : 0.0, east = i < NX - 1 ? u[j][i + 1] : 1.0;
      double south = j > 0 ? u[j - 1][i] : u[j][i], north = j < NY - 1 ? u[j + 1][i] : u[j][i];
      double diffusion = 0.1 * (1.0 + u[j][i] * u[j][i]);
      next[j][i] = u[j][i] + diffusion * (west + east + south + north - 4.0 * u[j][i]);
    }
}

static void f(double *x, int n) {
  double grid[2][NY][NX];
  (void)n;
  memcpy(grid[0], x, sizeof grid[0]);
  for (int t = 0; t < 6; t++)
    step(grid[t % 2], grid[1 - t % 2]);
  memcpy(x, grid[0], sizeof grid[0]);
}

int main(void) {
  double x[NX * NY];
  for (int i = 0; i < NX * NY; i++)
    x[i] = sin(0.8 * i + 0.2);
  CHECK_IN_PLACE(f, NX * NY, x, 0, NUMERIC);
  return check_report();
}
