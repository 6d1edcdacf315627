// The gradient of a transform by hand: the transform F is linear and symmetric, so that its adjoint is conj(F) = conj . F . conj.
#include <stdlib.h>
#include <string.h>

static void negate_imaginary(int n, double *numbers) {
  for (int i = 0; i < n; i++)
    numbers[2 * i + 1] = -numbers[2 * i + 1];
}

void manual_gradient(const void *constants, const double *restrict x, double *restrict y, double *restrict w,
                     double *restrict gradient) {
  const struct kernel *given = constants;
  int n = given->n;
  double *back = malloc(sizeof *back * 2 * (size_t)n);
  objective(given, x, y);
  negate_imaginary(n, w);
  objective(given, w, back);
  negate_imaginary(n, back);
  for (int i = 0; i < 2 * n; i++)
    gradient[i] += back[i];
  memset(w, 0, sizeof *w * 2 * (size_t)n);
  free(back);
}
