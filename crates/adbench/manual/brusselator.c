// The gradient of the Brusselator's rates by hand: each rate's adjoint goes to the places that the rate was computed from.
#define OBJECTIVE_WITHOUT_ENTRY
#include "../objectives/brusselator.c"

#include <string.h>

void manual_gradient(const void *constants, const double *restrict x, double *restrict y, double *restrict w,
                     double *restrict gradient) {
  const struct kernel *given = constants;
  int n = given->n, size = n * n;
  const double *u = x + 3, *v = u + size, *u_bar = w, *v_bar = w + size;
  double *u_gradient = gradient + 3, *v_gradient = u_gradient + size;
  double a = x[0], scale = (double)n * n, diffusion = x[2] * scale, by_a = 0.0, by_b = 0.0, by_diffusion = 0.0;
  objective(given, x, y);
  for (int i = 0; i < n; i++) {
    int up = (i == 0 ? n - 1 : i - 1) * n, down = (i == n - 1 ? 0 : i + 1) * n;
    for (int j = 0; j < n; j++) {
      int left = i * n + (j == 0 ? n - 1 : j - 1), right = i * n + (j == n - 1 ? 0 : j + 1), here = i * n + j;
      // The Laplacian is symmetric.
      double around_u = u_bar[up + j] + u_bar[down + j] + u_bar[left] + u_bar[right] - 4.0 * u_bar[here];
      double around_v = v_bar[up + j] + v_bar[down + j] + v_bar[left] + v_bar[right] - 4.0 * v_bar[here];
      double apart = u_bar[here] - v_bar[here];
      u_gradient[here] += diffusion * around_u + 2.0 * u[here] * v[here] * apart - a * apart - u_bar[here];
      v_gradient[here] += diffusion * around_v + u[here] * u[here] * apart;
      by_a -= u[here] * apart;
      by_b += u_bar[here];
      by_diffusion += around_u * u[here] + around_v * v[here];
    }
  }
  gradient[0] += by_a;
  gradient[1] += by_b;
  gradient[2] += scale * by_diffusion;
  memset(w, 0, 2 * sizeof *w * (size_t)size);
}
