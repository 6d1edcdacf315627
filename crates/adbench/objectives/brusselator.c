// The rates of change of the Brusselator, a reaction with diffusion, on a periodic grid of n x n points:
//
//   u' = B + u^2 v - (A + 1) u + D laplace(u) + f,   v' = A u - u^2 v + D laplace(v)
//
// Unknowns: A, B, D, then the n x n values of u, then those of v; outputs: their rates.
#include "kernel.h"
#include "scalar.h"

static void brusselator(int n, const real *RESTRICT parameters, const real *RESTRICT u, const real *RESTRICT v,
                        const double *RESTRICT forcing, real *RESTRICT u_rate, real *RESTRICT v_rate) {
  real a = parameters[0], b = parameters[1], diffusion = parameters[2] * ((double)n * n);
  for (int i = 0; i < n; i++) {
    int up = i == 0 ? n - 1 : i - 1, down = i == n - 1 ? 0 : i + 1;
    for (int j = 0; j < n; j++) {
      int left = j == 0 ? n - 1 : j - 1, right = j == n - 1 ? 0 : j + 1, here = i * n + j;
      real around_u = u[up * n + j] + u[down * n + j] + u[i * n + left] + u[i * n + right];
      real around_v = v[up * n + j] + v[down * n + j] + v[i * n + left] + v[i * n + right];
      real reaction = u[here] * u[here] * v[here];
      u_rate[here] = b + reaction - (a + 1.0) * u[here] + diffusion * (around_u - 4.0 * u[here]) + forcing[here];
      v_rate[here] = a * u[here] - reaction + diffusion * (around_v - 4.0 * v[here]);
    }
  }
}

ENTRY_LINKAGE void ENTRY(const struct kernel *given, const real *RESTRICT x, real *RESTRICT y) {
  int size = given->n * given->n;
  brusselator(given->n, x, x + 3, x + 3 + size, given->given, y, y + size);
}
