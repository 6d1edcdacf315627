// The gradient of the perceptron's loss by hand: backpropagation, sample by sample, in the same pass as the value.
#include <math.h>
#include <stdlib.h>

#include "kernel.h"

// b = W a + bias.
static void affine(int rows, int columns, const double *restrict weights, const double *restrict bias, const double *restrict a,
                   double *restrict b) {
  for (int i = 0; i < rows; i++) {
    double sum = bias[i];
    for (int j = 0; j < columns; j++)
      sum += weights[i * columns + j] * a[j];
    b[i] = sum;
  }
}

// Adds to the gradients of W and of the bias and, if there is one, to the adjoint of a.
static void affine_back(int rows, int columns, const double *restrict weights, const double *restrict a, const double *restrict b_bar,
                        double *restrict weights_gradient, double *restrict bias_gradient, double *restrict a_bar) {
  for (int i = 0; i < rows; i++) {
    double bar = b_bar[i];
    bias_gradient[i] += bar;
    for (int j = 0; j < columns; j++)
      weights_gradient[i * columns + j] += bar * a[j];
    for (int j = 0; a_bar != NULL && j < columns; j++)
      a_bar[j] += bar * weights[i * columns + j];
  }
}

void manual_gradient(const void *constants, const double *restrict x, double *restrict y, double *restrict w,
                     double *restrict gradient) {
  const struct kernel *given = constants;
  int n = given->n;
  const double *hidden_bias = x + n * n, *weights = hidden_bias + n, *bias = weights + MLP_CLASSES * n;
  double *hidden_bias_gradient = gradient + n * n, *weights_gradient = hidden_bias_gradient + n;
  double *bias_gradient = weights_gradient + MLP_CLASSES * n, scale = *w / MLP_SAMPLES, total = 0.0;
  double *hidden = malloc(sizeof(double) * 2 * (size_t)n), *hidden_bar = hidden + n, scores[MLP_CLASSES];
  for (int s = 0; s < MLP_SAMPLES; s++) {
    const double *sample = &given->given[s * n], *wanted = &given->given[MLP_SAMPLES * n + s * MLP_CLASSES];
    affine(n, n, x, hidden_bias, sample, hidden);
    for (int i = 0; i < n; i++) {
      hidden[i] = tanh(hidden[i]);
      hidden_bar[i] = 0.0;
    }
    affine(MLP_CLASSES, n, weights, bias, hidden, scores);
    double sum = 0.0;
    for (int i = 0; i < MLP_CLASSES; i++) {
      total -= wanted[i] * scores[i];
      sum += scores[i] = exp(scores[i]);
    }
    total += log(sum);
    for (int i = 0; i < MLP_CLASSES; i++)
      scores[i] = scale * (scores[i] / sum - wanted[i]);
    affine_back(MLP_CLASSES, n, weights, hidden, scores, weights_gradient, bias_gradient, hidden_bar);
    for (int i = 0; i < n; i++)
      hidden_bar[i] *= 1.0 - hidden[i] * hidden[i];
    affine_back(n, n, x, sample, hidden_bar, gradient, hidden_bias_gradient, NULL);
  }
  *y = total / MLP_SAMPLES;
  *w = 0.0;
  free(hidden);
}
