// The mean cross-entropy of a perceptron with one hidden layer of tanh and a softmax over MLP_CLASSES classes, over MLP_SAMPLES samples
// of n numbers. Unknowns: the hidden layer's n x n weights and n biases, the output layer's MLP_CLASSES x n weights and as many biases.
#include "kernel.h"
#include "scalar.h"

// b = W a + bias.
static void affine(int rows, int columns, const real *RESTRICT weights, const real *RESTRICT bias, const real *RESTRICT a,
                   real *RESTRICT b) {
  for (int i = 0; i < rows; i++) {
    real sum = bias[i];
    for (int j = 0; j < columns; j++)
      sum += weights[i * columns + j] * a[j];
    b[i] = sum;
  }
}

// The cross-entropy between `wanted` probabilities and the softmax of `scores`.
static real cross_entropy(const real *RESTRICT scores, const double *RESTRICT wanted) {
  real sum = 0.0, along = 0.0;
  for (int i = 0; i < MLP_CLASSES; i++) {
    sum += exp(scores[i]);
    along += wanted[i] * scores[i];
  }
  return log(sum) - along;
}

static real mlp(int n, const real *RESTRICT x, const double *RESTRICT samples, const double *RESTRICT wanted) {
  const real *hidden_weights = x, *hidden_bias = x + n * n, *weights = hidden_bias + n, *bias = weights + MLP_CLASSES * n;
  real *sample = REALS(n), *hidden = REALS(n), scores[MLP_CLASSES], total = 0.0;
  for (int s = 0; s < MLP_SAMPLES; s++) {
    for (int i = 0; i < n; i++)
      sample[i] = samples[s * n + i];
    affine(n, n, hidden_weights, hidden_bias, sample, hidden);
    for (int i = 0; i < n; i++)
      hidden[i] = tanh(hidden[i]);
    affine(MLP_CLASSES, n, weights, bias, hidden, scores);
    total += cross_entropy(scores, &wanted[s * MLP_CLASSES]);
  }
  RELEASE(sample);
  RELEASE(hidden);
  return total / MLP_SAMPLES;
}

ENTRY_LINKAGE void ENTRY(const struct kernel *given, const real *RESTRICT x, real *RESTRICT y) {
  y[0] = mlp(given->n, x, given->given, given->given + MLP_SAMPLES * given->n);
}
