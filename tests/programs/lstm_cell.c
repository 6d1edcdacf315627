// An LSTM cell unrolled over a short sequence, with state handed on through memory.
#include "check.h"

enum { WIDTH_OF_STATE = 2, STEPS = 4 };

static double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

static void cell(const double *w, const double *input, double *hidden, double *memory) {
  double next[WIDTH_OF_STATE];
  for (int i = 0; i < WIDTH_OF_STATE; i++) {
    double gate[4];
    for (int g = 0; g < 4; g++)
      gate[g] = w[g] * input[i] + w[4 + g] * hidden[(i + g) % WIDTH_OF_STATE] + 0.1 * g;
    memory[i] = sigmoid(gate[0]) * memory[i] + sigmoid(gate[1]) * tanh(gate[2]);
    next[i] = sigmoid(gate[3]) * tanh(memory[i]);
  }
  memcpy(hidden, next, sizeof next);
}

static double f(const double *x, int n) {
  double hidden[WIDTH_OF_STATE] = {0}, memory[WIDTH_OF_STATE] = {0}, s = 0;
  (void)n;
  for (int t = 0; t < STEPS; t++) {
    cell(x, x + 8 + WIDTH_OF_STATE * t, hidden, memory);
    s += hidden[0] * hidden[1];
  }
  return s + memory[0];
}

int main(void) {
  double x[8 + WIDTH_OF_STATE * STEPS];
  for (int i = 0; i < 8 + WIDTH_OF_STATE * STEPS; i++)
    x[i] = cos(2.3 * i + 0.1);
  CHECK_FUNCTIONAL(f, 8 + WIDTH_OF_STATE * STEPS, x, 0, NUMERIC);
  return check_report();
}
