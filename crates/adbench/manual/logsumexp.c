// The gradient of the logarithm of a sum of exponentials by hand: the softmax, from the exponentials of the value.
#include <math.h>
#include <stdlib.h>

#include "kernel.h"

void manual_gradient(const void *constants, const double *restrict x, double *restrict y, double *restrict w,
                     double *restrict gradient) {
  const struct kernel *given = constants;
  int n = given->n;
  double *exponentials = malloc(sizeof(double) * n), largest = x[0], sum = 0.0;
  for (int i = 1; i < n; i++)
    if (x[i] > largest)
      largest = x[i];
  for (int i = 0; i < n; i++)
    sum += exponentials[i] = exp(x[i] - largest);
  y[0] = largest + log(sum);
  double scale = w[0] / sum;
  for (int i = 0; i < n; i++)
    gradient[i] += scale * exponentials[i];
  w[0] = 0.0;
  free(exponentials);
}
