// A small neural network: tanh layers, softmax, cross-entropy; derivative with respect to weights and input.
#include "check.h"

enum { IN = 3, HIDDEN = 4, OUT = 3, WEIGHTS = HIDDEN * (IN + 1) + OUT * (HIDDEN + 1) };

static void dense(const double *w, const double *in, int inputs, double *out, int outputs) {
  for (int o = 0; o < outputs; o++, w += inputs + 1) {
    double s = w[inputs];
    for (int i = 0; i < inputs; i++)
      s += w[i] * in[i];
    out[o] = s;
  }
}

static double loss(const double *x, int n) {
  double hidden[HIDDEN], scores[OUT], z = 0;
  const double *w = x, *input = x + WEIGHTS;
  (void)n;
  dense(w, input, IN, hidden, HIDDEN);
  for (int i = 0; i < HIDDEN; i++)
    hidden[i] = tanh(hidden[i]);
  dense(w + HIDDEN * (IN + 1), hidden, HIDDEN, scores, OUT);
  for (int i = 0; i < OUT; i++)
    z += exp(scores[i]);
  return log(z) - scores[1];
}

int main(void) {
  double x[WEIGHTS + IN];
  for (int i = 0; i < WEIGHTS + IN; i++)
    x[i] = sin(1.7 * i + 0.3);
  CHECK_FUNCTIONAL(loss, WEIGHTS + IN, x, 0, NUMERIC);
  return check_report();
}
