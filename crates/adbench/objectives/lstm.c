// The mean negative log-likelihood of a sequence under an LSTM with diagonal weights that predicts each character from those
// before it.
#include "lstm.h"

#include "scalar.h"

static real sigmoid(real x) { return 1.0 / (1.0 + exp(-x)); }

// One layer at one time: its hidden and cell state are advanced.
static void advance(int b, const real *RESTRICT weight, const real *RESTRICT bias, real *RESTRICT hidden, real *RESTRICT cell,
                    const real *RESTRICT input) {
  for (int i = 0; i < b; i++) {
    real forget = sigmoid(input[i] * weight[i] + bias[i]);
    real in = sigmoid(hidden[i] * weight[b + i] + bias[b + i]);
    real out = sigmoid(input[i] * weight[2 * b + i] + bias[2 * b + i]);
    real candidate = tanh(hidden[i] * weight[3 * b + i] + bias[3 * b + i]);
    cell[i] = cell[i] * forget + in * candidate;
    hidden[i] = out * tanh(cell[i]);
  }
}

// The unnormalized log-probabilities of what follows `character`.
static void predict(int l, int b, const real *RESTRICT main, const real *RESTRICT extra, real *RESTRICT state,
                    const double *RESTRICT character, real *RESTRICT encoded, real *RESTRICT prediction) {
  for (int i = 0; i < b; i++)
    encoded[i] = character[i] * extra[i];
  const real *below = encoded;
  for (int layer = 0; layer < l; layer++) {
    const real *weight = &main[8 * b * layer];
    real *hidden = &state[2 * b * layer];
    advance(b, weight, weight + 4 * b, hidden, hidden + b, below);
    below = hidden;
  }
  for (int i = 0; i < b; i++)
    prediction[i] = below[i] * extra[b + i] + extra[2 * b + i];
}

static real lstm(int l, int c, int b, const real *RESTRICT main, const real *RESTRICT extra, const double *RESTRICT start,
                 const double *RESTRICT sequence) {
  real *state = REALS(2 * l * b);
  real *encoded = REALS(b);
  real *prediction = REALS(b);
  for (int i = 0; i < 2 * l * b; i++)
    state[i] = start[i];
  real total = 0.0;
  for (int t = 0; t + 1 < c; t++) {
    predict(l, b, main, extra, state, &sequence[t * b], encoded, prediction);
    real sum = 2.0; // the objective's own normalization: two more outcomes of logit zero
    for (int i = 0; i < b; i++)
      sum += exp(prediction[i]);
    real normalization = log(sum);
    for (int i = 0; i < b; i++)
      total += sequence[(t + 1) * b + i] * (prediction[i] - normalization);
  }
  RELEASE(state);
  RELEASE(encoded);
  RELEASE(prediction);
  return -total / ((double)(c - 1) * b);
}

ENTRY_LINKAGE void ENTRY(const struct lstm *given, const real *RESTRICT x, real *RESTRICT y) {
  int l = given->layers, b = given->width;
  y[0] = lstm(l, given->length, b, x, x + 8 * l * b, given->state, given->sequence);
}
