// What all problems share.
#include "problem.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("adbench: error: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

void *allocate(size_t count, size_t size) {
  void *memory = calloc(count == 0 ? 1 : count, size);
  if (memory == NULL)
    fail("no memory for %zu numbers of %zu bytes", count, size);
  return memory;
}

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
double noise(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (double)((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1.0;
}

void problem_perturb(struct problem *problem, double size) {
  uint64_t state = 1;
  for (int i = 0; i < problem->inputs; i++)
    problem->x[i] += size * (fabs(problem->x[i]) + 0.1) * noise(&state);
}
