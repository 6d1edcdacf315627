// LSTM files: `l c b`, 2 x l x 4b main parameters, 3b extra parameters, 2 x l x b state values, c x b sequence values.
#include "../objectives/lstm.h"
#include "problem.h"
#include "reader.h"

enum { MOST_LAYERS = 1000, MOST_CHARACTERS = 10000000, MOST_WIDTH = 10000, MOST_NUMBERS = 1 << 28 };

void problem_open(const char *source, struct problem *problem) {
  struct reader reader;
  struct lstm *given = allocate(1, sizeof *given);
  reader_open(&reader, source, "");
  given->layers = reader_integer(&reader, "the number of layers", 1, MOST_LAYERS);
  given->length = reader_integer(&reader, "the number of characters", 2, MOST_CHARACTERS);
  given->width = reader_integer(&reader, "the width of a character", 1, MOST_WIDTH);
  int l = given->layers, b = given->width;
  if ((long)given->length * b > MOST_NUMBERS)
    fail("%s: %d characters of width %d are too many", source, given->length, b);
  problem->inputs = 8 * l * b + 3 * b;
  problem->outputs = 1;
  problem->x = reader_numbers(&reader, problem->inputs, "a parameter");
  given->state = reader_numbers(&reader, 2 * l * b, "a value of the state");
  given->sequence = reader_numbers(&reader, given->length * b, "a value of the sequence");
  reader_close(&reader);
  problem->given = given;
}
