// The kernels' problems, `name:size`: unknowns and constants that look random, the same in every run.
#include "../objectives/kernel.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "problem.h"

static double *random_numbers(int count, double size, uint64_t seed) {
  double *numbers = allocate((size_t)count, sizeof *numbers);
  for (int i = 0; i < count; i++)
    numbers[i] = size * noise(&seed);
  return numbers;
}

static void set_size(struct problem *problem, int inputs, int outputs) {
  problem->inputs = inputs;
  problem->outputs = outputs;
  problem->x = random_numbers(inputs, 1.0, 1);
}

static void logsumexp(struct problem *problem, struct kernel *given) {
  set_size(problem, given->n, 1);
  for (int i = 0; i < problem->inputs; i++)
    problem->x[i] *= 5.0;
}

static void fft(struct problem *problem, struct kernel *given) {
  int n = given->n;
  if ((n & (n - 1)) != 0)
    fail("fft:%d: the size is not a power of two", n);
  set_size(problem, 2 * n, 2 * n);
  double *roots = allocate((size_t)n + 2, sizeof *roots);
  for (int j = 0; j < n / 2; j++) {
    roots[2 * j] = cos(2.0 * M_PI * j / n);
    roots[2 * j + 1] = -sin(2.0 * M_PI * j / n);
  }
  given->constants = n;
  given->given = roots;
}

static void ode(struct problem *problem, struct kernel *given) {
  (void)given;
  set_size(problem, 3, 2);
  problem->x[0] = 5.0;
  problem->x[1] = 2.0;
  problem->x[2] = 0.1;
}

static void ode_fixed(struct problem *problem, struct kernel *given) { ode(problem, given); }

static void taylor_log(struct problem *problem, struct kernel *given) {
  (void)given;
  set_size(problem, 1, 1);
  problem->x[0] = 0.9;
}

static void mlp(struct problem *problem, struct kernel *given) {
  int n = given->n, samples = MLP_SAMPLES * n;
  set_size(problem, n * n + n + MLP_CLASSES * n + MLP_CLASSES, 1);
  for (int i = 0; i < problem->inputs; i++)
    problem->x[i] /= sqrt(n);
  given->constants = samples + MLP_SAMPLES * MLP_CLASSES;
  double *numbers = allocate((size_t)given->constants, sizeof *numbers);
  uint64_t seed = 2;
  for (int i = 0; i < samples; i++)
    numbers[i] = noise(&seed);
  for (int s = 0; s < MLP_SAMPLES; s++)
    numbers[samples + s * MLP_CLASSES + s % MLP_CLASSES] = 1.0;
  given->given = numbers;
}

static void heat(struct problem *problem, struct kernel *given) {
  set_size(problem, 1 + given->n * given->n, given->n * given->n);
  problem->x[0] = 0.2;
}

static void cholesky(struct problem *problem, struct kernel *given) {
  int n = given->n;
  set_size(problem, n * n, 1);
  for (int i = 0; i < n; i++)
    problem->x[i * n + i] = n + 1.0;
}

static void nbody(struct problem *problem, struct kernel *given) {
  set_size(problem, 6 * given->n, 1);
  double *masses = random_numbers(given->n, 0.5, 2);
  for (int i = 0; i < given->n; i++)
    masses[i] += 1.0;
  given->constants = given->n;
  given->given = masses;
}

static void brusselator(struct problem *problem, struct kernel *given) {
  int size = given->n * given->n;
  set_size(problem, 3 + 2 * size, 2 * size);
  problem->x[0] = 3.4;
  problem->x[1] = 1.0;
  problem->x[2] = 10.0;
  given->constants = size;
  given->given = random_numbers(size, 1.0, 2);
}

static void matrix_descent(struct problem *problem, struct kernel *given) {
  set_size(problem, given->n * given->n, 1);
  given->constants = 2 * given->n;
  given->given = random_numbers(given->constants, 1.0, 2);
}

static const struct {
  const char *name;
  int most; // size, so that no array has more than 2^28 numbers
  void (*open)(struct problem *problem, struct kernel *given);
} KERNELS[] = {
    {"logsumexp", 1 << 28, logsumexp},
    {"fft", 1 << 26, fft},
    {"fft_iterative", 1 << 26, fft},
    {"ode", 1 << 20, ode},
    {"ode_fixed", 1 << 26, ode_fixed},
    {"taylor_log", 1 << 28, taylor_log},
    {"mlp", 1 << 13, mlp},
    {"heat", 1 << 13, heat},
    {"cholesky", 1 << 13, cholesky},
    {"nbody", 1 << 20, nbody},
    {"brusselator", 1 << 13, brusselator},
    {"matrix_descent", 1 << 14, matrix_descent},
};

void problem_open(const char *source, struct problem *problem) {
  const char *colon = strchr(source, ':');
  size_t length = colon == NULL ? strlen(source) : (size_t)(colon - source);
  for (size_t i = 0; i < sizeof KERNELS / sizeof *KERNELS; i++) {
    if (strlen(KERNELS[i].name) != length || strncmp(source, KERNELS[i].name, length) != 0)
      continue;
    char *end = NULL;
    errno = 0;
    long size = colon == NULL ? 0 : strtol(colon + 1, &end, 10);
    if (end == NULL || *end != '\0' || errno != 0 || size < 1 || size > KERNELS[i].most)
      fail("%s: after the colon belongs a size from 1 to %d", source, KERNELS[i].most);
    struct kernel *given = allocate(1, sizeof *given);
    given->n = (int)size;
    KERNELS[i].open(problem, given);
    if (given->given == NULL)
      given->given = allocate(1, sizeof(double));
    problem->given = given;
    return;
  }
  fail("%s: there is no kernel `%.*s`", source, (int)length, source);
}
