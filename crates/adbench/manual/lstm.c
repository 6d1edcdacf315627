// The gradient of the LSTM's loss by hand: backpropagation through time, with all gates of all times kept.
#include "lstm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// What is kept of a layer at a time, `width` numbers each.
enum { FORGET, IN, OUT, CANDIDATE, CELL, CELL_TANH, HIDDEN, KEPT };

static double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

static void advance(int b, const double *restrict weight, const double *restrict below, const double *restrict hidden,
                    const double *restrict cell, double *restrict kept) {
  const double *bias = weight + 4 * b;
  for (int i = 0; i < b; i++) {
    double f = kept[FORGET * b + i] = sigmoid(below[i] * weight[i] + bias[i]);
    double in = kept[IN * b + i] = sigmoid(hidden[i] * weight[b + i] + bias[b + i]);
    double out = kept[OUT * b + i] = sigmoid(below[i] * weight[2 * b + i] + bias[2 * b + i]);
    double g = kept[CANDIDATE * b + i] = tanh(hidden[i] * weight[3 * b + i] + bias[3 * b + i]);
    double c = kept[CELL * b + i] = cell[i] * f + in * g;
    double t = kept[CELL_TANH * b + i] = tanh(c);
    kept[HIDDEN * b + i] = out * t;
  }
}

// `hidden_bar` and `cell_bar` are those of this layer: at this time before, at the time before afterwards. Adds to `below_bar`.
static void retreat(int b, const double *restrict weight, const double *restrict below, const double *restrict hidden,
                    const double *restrict cell, const double *restrict kept, double *restrict gradient, double *restrict hidden_bar,
                    double *restrict cell_bar, double *restrict below_bar) {
  double *bias_gradient = gradient + 4 * b;
  for (int i = 0; i < b; i++) {
    double f = kept[FORGET * b + i], in = kept[IN * b + i], out = kept[OUT * b + i], g = kept[CANDIDATE * b + i];
    double t = kept[CELL_TANH * b + i], h_bar = hidden_bar[i], c_bar = cell_bar[i] + h_bar * out * (1.0 - t * t);
    double f_bar = c_bar * cell[i] * f * (1.0 - f), in_bar = c_bar * g * in * (1.0 - in);
    double out_bar = h_bar * t * out * (1.0 - out), g_bar = c_bar * in * (1.0 - g * g);
    gradient[i] += f_bar * below[i];
    gradient[b + i] += in_bar * hidden[i];
    gradient[2 * b + i] += out_bar * below[i];
    gradient[3 * b + i] += g_bar * hidden[i];
    bias_gradient[i] += f_bar;
    bias_gradient[b + i] += in_bar;
    bias_gradient[2 * b + i] += out_bar;
    bias_gradient[3 * b + i] += g_bar;
    below_bar[i] += f_bar * weight[i] + out_bar * weight[2 * b + i];
    hidden_bar[i] = in_bar * weight[b + i] + g_bar * weight[3 * b + i];
    cell_bar[i] = c_bar * f;
  }
}

// The prediction's logits become probabilities; returns the logarithm of what they are normalized by.
static double normalize(int b, double *restrict prediction) {
  double sum = 2.0;
  for (int i = 0; i < b; i++)
    sum += prediction[i] = exp(prediction[i]);
  for (int i = 0; i < b; i++)
    prediction[i] /= sum;
  return log(sum);
}

// The state of a layer after a time; before the first it is given.
static const double *state(const struct lstm *given, const double *kept, int t, int layer, int which) {
  int l = given->layers, b = given->width;
  if (t < 0)
    return &given->state[2 * b * layer + (which == CELL ? b : 0)];
  return &kept[((long)t * l + layer) * KEPT * b + which * b];
}

static double sweep_up(const struct lstm *given, const double *x, double *restrict kept, double *restrict encoded,
                       double *restrict probabilities) {
  int l = given->layers, b = given->width;
  const double *extra = x + 8 * l * b;
  double total = 0.0;
  for (int t = 0; t + 1 < given->length; t++) {
    double *own = &encoded[t * b], *prediction = &probabilities[t * b];
    for (int i = 0; i < b; i++)
      own[i] = given->sequence[t * b + i] * extra[i];
    const double *below = own;
    for (int layer = 0; layer < l; layer++) {
      advance(b, &x[8 * b * layer], below, state(given, kept, t - 1, layer, HIDDEN), state(given, kept, t - 1, layer, CELL),
              &kept[((long)t * l + layer) * KEPT * b]);
      below = state(given, kept, t, layer, HIDDEN);
    }
    for (int i = 0; i < b; i++) {
      prediction[i] = below[i] * extra[b + i] + extra[2 * b + i];
      total += given->sequence[(t + 1) * b + i] * prediction[i];
    }
    double normalization = normalize(b, prediction);
    for (int i = 0; i < b; i++)
      total -= given->sequence[(t + 1) * b + i] * normalization;
  }
  return total;
}

static void sweep_down(const struct lstm *given, const double *x, double scale, const double *kept, const double *encoded,
                       const double *probabilities, double *restrict bars, double *restrict gradient) {
  int l = given->layers, b = given->width;
  const double *extra = x + 8 * l * b;
  double *extra_gradient = gradient + 8 * l * b, *encoded_bar = bars + 2 * l * b;
  for (int t = given->length - 2; t >= 0; t--) {
    const double *wanted = &given->sequence[(t + 1) * b], *top = state(given, kept, t, l - 1, HIDDEN);
    double all = 0.0;
    for (int i = 0; i < b; i++)
      all += wanted[i];
    for (int i = 0; i < b; i++) {
      double bar = scale * (wanted[i] - all * probabilities[t * b + i]);
      extra_gradient[b + i] += bar * top[i];
      extra_gradient[2 * b + i] += bar;
      bars[2 * b * (l - 1) + i] += bar * extra[b + i];
      encoded_bar[i] = 0.0;
    }
    for (int layer = l - 1; layer >= 0; layer--) {
      const double *below = layer == 0 ? &encoded[t * b] : state(given, kept, t, layer - 1, HIDDEN);
      retreat(b, &x[8 * b * layer], below, state(given, kept, t - 1, layer, HIDDEN), state(given, kept, t - 1, layer, CELL),
              state(given, kept, t, layer, 0), &gradient[8 * b * layer], &bars[2 * b * layer], &bars[2 * b * layer + b],
              layer == 0 ? encoded_bar : &bars[2 * b * (layer - 1)]);
    }
    for (int i = 0; i < b; i++)
      extra_gradient[i] += encoded_bar[i] * given->sequence[t * b + i];
  }
}

void manual_gradient(const void *constants, const double *restrict x, double *restrict y, double *restrict w,
                     double *restrict gradient) {
  const struct lstm *given = constants;
  int l = given->layers, b = given->width, steps = given->length - 1;
  double *kept = malloc(sizeof(double) * (size_t)steps * b * (size_t)(KEPT * l + 2));
  double *encoded = kept + (long)steps * b * KEPT * l, *probabilities = encoded + (long)steps * b;
  double *bars = calloc((size_t)(2 * l + 1) * b, sizeof *bars), scale = -1.0 / ((double)steps * b);
  y[0] = scale * sweep_up(given, x, kept, encoded, probabilities);
  sweep_down(given, x, w[0] * scale, kept, encoded, probabilities, bars, gradient);
  w[0] = 0.0;
  free(kept);
  free(bars);
}
