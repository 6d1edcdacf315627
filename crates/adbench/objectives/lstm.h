// What the loss of a character LSTM takes as given.
#ifndef ADBENCH_LSTM_H
#define ADBENCH_LSTM_H

struct lstm {
  int layers;             // l
  int length;             // c, the number of characters
  int width;              // b, the size of a character's encoding and of each layer
  const double *state;    // l x (hidden b, cell b) at the start
  const double *sequence; // c x b
};

// Unknowns, in this order: for each layer 4b weights and 4b biases, each of forget, input, output gate and candidate;
// then b weights of the input, b weights and b biases of the output.
#endif
