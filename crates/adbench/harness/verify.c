// verify COLUMN SOURCE PERTURBATION DIRECTIONS: compares a column's derivative with the complex step.
//
// COLUMN is forward, reverse, manual, jacobian, forward-jacobian or manual-jacobian. With DIRECTIONS at least the number of unknowns, every coordinate
// is compared, else that many random directions v: forward mode gives J v, a gradient g = J' w of weights w must have
// <g, v> = <w, J v>. A Jacobian is compared entry by entry. Ends with status 1 if anything differs, or if the column gives back more or less heap memory than it takes.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocations.h"
#include "problem.h"

#define STEP 1e-30
// Relative; the second is relative to the largest of the compared numbers, for components in which others cancel.
#define TOLERANCE 1e-8
#define NOISE 1e-13

static double *numbers(int count) { return allocate((size_t)count, sizeof(double)); }

// dy = J v by the complex step.
static void complex_step(const struct problem *problem, const double *v, double *dy) {
  double complex *x = allocate((size_t)problem->inputs, sizeof *x), *y = allocate((size_t)problem->outputs, sizeof *y);
  for (int i = 0; i < problem->inputs; i++)
    x[i] = problem->x[i] + I * (STEP * v[i]);
  complex_objective(problem->given, x, y);
  for (int i = 0; i < problem->outputs; i++)
    dy[i] = cimag(y[i]) / STEP;
  free(x);
  free(y);
}

static void direction(const struct problem *problem, int number, int exact, double *v) {
  uint64_t state = 1000 + (uint64_t)number;
  for (int i = 0; i < problem->inputs; i++)
    v[i] = exact ? i == number : noise(&state);
}

struct comparison {
  int compared;
  int failed;
  double worst; // difference over what is allowed
  long kept;    // bytes that the column took from the heap and did not give back
};

// Adds what is in use since allocations_start.
static void add_kept(struct comparison *comparison) { comparison->kept += allocations_stop().bytes; }

// `size` is the magnitude of what was added up to `want`.
static void compare(struct comparison *comparison, const char *what, int at, double got, double want, double size) {
  double allowed = TOLERANCE * fabs(want) + NOISE * size, ratio = fabs(got - want) / allowed;
  comparison->compared++;
  if (got == want)
    return;
  if (ratio > comparison->worst)
    comparison->worst = ratio;
  if (!(ratio <= 1.0) && comparison->failed++ < 10)
    printf("%s %d: %.17g, by the complex step %.17g\n", what, at, got, want);
}

static double largest(int n, const double *numbers) {
  double most = 0.0;
  for (int i = 0; i < n; i++)
    most = fmax(most, fabs(numbers[i]));
  return most;
}

// The values of both number types: the complex objective is the same function.
static void compare_values(const struct problem *problem, struct comparison *comparison) {
  double *y = numbers(problem->outputs);
  double complex *xc = allocate((size_t)problem->inputs, sizeof *xc), *yc = allocate((size_t)problem->outputs, sizeof *yc);
  for (int i = 0; i < problem->inputs; i++)
    xc[i] = problem->x[i];
  objective(problem->given, problem->x, y);
  complex_objective(problem->given, xc, yc);
  double size = largest(problem->outputs, y);
  for (int i = 0; i < problem->outputs; i++)
    compare(comparison, "value", i, y[i], creal(yc[i]), size);
}

static void compare_forward(const struct problem *problem, int directions, struct comparison *comparison) {
  double *v = numbers(problem->inputs), *y = numbers(problem->outputs), *value = numbers(problem->outputs);
  double *dy = numbers(problem->outputs), *want = numbers(problem->outputs);
  int exact = directions >= problem->inputs;
  objective(problem->given, problem->x, value);
  double value_size = largest(problem->outputs, value);
  for (int d = 0; d < (exact ? problem->inputs : directions); d++) {
    direction(problem, d, exact, v);
    complex_step(problem, v, want);
    memset(dy, 0, (size_t)problem->outputs * sizeof *dy);
    allocations_start();
    forward_tangent(problem->given, problem->x, v, y, dy);
    add_kept(comparison);
    double size = largest(problem->outputs, want);
    for (int i = 0; i < problem->outputs; i++)
      compare(comparison, "output", i, dy[i], want[i], size);
    for (int i = 0; i < problem->outputs; i++)
      compare(comparison, "primal output", i, y[i], value[i], value_size);
  }
}

typedef void (*gradient_function)(const void *given, const double *x, double *y, double *w, double *gradient);

static void compare_gradient(const struct problem *problem, gradient_function column, int directions,
                             struct comparison *comparison) {
  double *v = numbers(problem->inputs), *y = numbers(problem->outputs), *gradient = numbers(problem->inputs);
  double *w = numbers(problem->outputs), *lost = numbers(problem->outputs), *dy = numbers(problem->outputs);
  uint64_t state = 7;
  for (int i = 0; i < problem->outputs; i++)
    lost[i] = w[i] = problem->outputs == 1 ? 1.0 : noise(&state);
  allocations_start();
  column(problem->given, problem->x, y, lost, gradient);
  add_kept(comparison);
  double *value = numbers(problem->outputs);
  objective(problem->given, problem->x, value);
  double value_size = largest(problem->outputs, value);
  for (int i = 0; i < problem->outputs; i++)
    compare(comparison, "primal output", i, y[i], value[i], value_size);
  int exact = directions >= problem->inputs, count = exact ? problem->inputs : directions;
  double size = largest(problem->inputs, gradient);
  for (int d = 0; d < count; d++) {
    direction(problem, d, exact, v);
    complex_step(problem, v, dy);
    double got = 0.0, want = 0.0, sum = 0.0;
    for (int i = 0; i < problem->inputs; i++) {
      got += gradient[i] * v[i];
      sum += fabs(gradient[i] * v[i]);
    }
    for (int i = 0; i < problem->outputs; i++)
      want += w[i] * dy[i];
    compare(comparison, exact ? "unknown" : "direction", d, got, want, fmax(size, sum));
  }
}

typedef void (*jacobian_function)(const void *given, const double *x, double *y, double *jacobian);

static void compare_jacobian(const struct problem *problem, jacobian_function column, struct comparison *comparison) {
  double *v = numbers(problem->inputs), *dy = numbers(problem->outputs), *y = numbers(problem->outputs);
  double *jacobian = numbers(problem->jacobian_size), *want = numbers(problem->jacobian_size), *value = numbers(problem->outputs);
  for (int i = 0; i < problem->jacobian_size; i++)
    jacobian[i] = NAN;
  allocations_start();
  column(problem->given, problem->x, y, jacobian);
  add_kept(comparison);
  objective(problem->given, problem->x, value);
  double value_size = largest(problem->outputs, value);
  for (int i = 0; i < problem->outputs; i++)
    compare(comparison, "primal output", i, y[i], value[i], value_size);
  for (int direction = 0; direction < problem_directions(problem); direction++) {
    problem_seed(problem, direction, 1.0, v);
    complex_step(problem, v, dy);
    problem_take(problem, direction, dy, want);
    problem_seed(problem, direction, 0.0, v);
  }
  double size = largest(problem->jacobian_size, want);
  for (int i = 0; i < problem->jacobian_size; i++)
    compare(comparison, "entry", i, jacobian[i], want[i], size);
}

// Whether the executable has the column, and the problem what the column computes.
static int compare_column(const struct problem *problem, const char *column, int directions, struct comparison *comparison) {
  if (strcmp(column, "forward") == 0 && forward_tangent != NULL)
    compare_forward(problem, directions, comparison);
  else if (strcmp(column, "reverse") == 0 && reverse_gradient != NULL)
    compare_gradient(problem, reverse_gradient, directions, comparison);
  else if (strcmp(column, "manual") == 0 && manual_gradient != NULL)
    compare_gradient(problem, manual_gradient, directions, comparison);
  else if (strcmp(column, "jacobian") == 0 && problem->jacobian_size > 0 && reverse_jacobian != NULL)
    compare_jacobian(problem, reverse_jacobian, comparison);
  else if (strcmp(column, "forward-jacobian") == 0 && problem->jacobian_size > 0 && forward_jacobian != NULL)
    compare_jacobian(problem, forward_jacobian, comparison);
  else if (strcmp(column, "manual-jacobian") == 0 && problem->jacobian_size > 0 && manual_jacobian != NULL)
    compare_jacobian(problem, manual_jacobian, comparison);
  else
    return 0;
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 5)
    fail("usage: verify forward|reverse|manual|jacobian|forward-jacobian|manual-jacobian SOURCE PERTURBATION DIRECTIONS");
  struct problem problem = {0};
  struct comparison comparison = {0};
  problem_open(argv[2], &problem);
  problem_perturb(&problem, atof(argv[3]));
  compare_values(&problem, &comparison);
  if (!compare_column(&problem, argv[1], atoi(argv[4]), &comparison))
    fail("this executable has no column `%s` for %s", argv[1], argv[2]);
  printf("%s %s: %d unknowns, %d outputs; %d numbers compared, %d differ; the largest difference is %.2g of what is allowed\n", argv[1],
         argv[2], problem.inputs, problem.outputs, comparison.compared, comparison.failed, comparison.worst);
  if (comparison.kept != 0)
    printf("%ld bytes of the heap were not given back\n", comparison.kept);
  return comparison.failed != 0 || comparison.kept != 0;
}
