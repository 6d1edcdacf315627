// bench SOURCE ROUNDS SECONDS: times the primal and every derivative that the executable has.
//
// Each round measures every column once, in turn, for at least SECONDS of thread CPU time, after one round of warm-up that also finds
// how many calls that takes. A derivative's ratio is that of its time to the primal's of the same round; what is printed is
// the median over rounds. One line for each column, tab-separated:
//
//   column  seconds per call  ratio  smallest ratio  largest ratio  peak heap bytes  allocations  largest relative difference
//
// The difference is between the column's derivative and the first column's of the same kind, relative to the largest entry.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "allocations.h"
#include "problem.h"

enum { COLUMNS = 6, MOST_ROUNDS = 1000 };

// Results and scratch memory of one column.
struct column {
  const char *name;
  void (*call)(const struct problem *problem, struct column *column);
  int kind;       // columns of the same kind compute the same derivative
  int size;       // of the derivative
  double *result; // the derivative
  double *y;
  double *w;
  int calls;      // in each measurement
  struct allocations memory;
  double seconds[MOST_ROUNDS]; // per call
  double ratios[MOST_ROUNDS];
};

static double thread_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void call_primal(const struct problem *problem, struct column *column) { objective(problem->given, problem->x, column->y); }

static void set_weights(const struct problem *problem, double *w) {
  for (int i = 0; i < problem->outputs; i++)
    w[i] = 1.0;
}

static void call_gradient(const struct problem *problem, struct column *column,
                          void (*gradient)(const void *, const double *, double *, double *, double *)) {
  memset(column->result, 0, (size_t)column->size * sizeof(double));
  set_weights(problem, column->w);
  gradient(problem->given, problem->x, column->y, column->w, column->result);
}

static void call_reverse(const struct problem *problem, struct column *column) { call_gradient(problem, column, reverse_gradient); }

static void call_manual(const struct problem *problem, struct column *column) { call_gradient(problem, column, manual_gradient); }

static void call_jacobian(const struct problem *problem, struct column *column) {
  reverse_jacobian(problem->given, problem->x, column->result);
}

static void call_manual_jacobian(const struct problem *problem, struct column *column) {
  manual_jacobian(problem->given, problem->x, column->result);
}

static int add(struct column *columns, int count, const struct problem *problem, const char *name, int kind, int size,
               void (*call)(const struct problem *, struct column *)) {
  columns[count] = (struct column){.name = name, .call = call, .kind = kind, .size = size, .calls = 1};
  columns[count].result = allocate((size_t)size, sizeof(double));
  columns[count].y = allocate((size_t)problem->outputs, sizeof(double));
  columns[count].w = allocate((size_t)problem->outputs, sizeof(double));
  return count + 1;
}

// The columns that the executable has, the primal first.
static int find_columns(const struct problem *problem, struct column *columns) {
  int count = add(columns, 0, problem, "primal", 0, 0, call_primal);
  if (reverse_gradient != NULL)
    count = add(columns, count, problem, "reverse", 1, problem->inputs, call_reverse);
  if (manual_gradient != NULL)
    count = add(columns, count, problem, "manual", 1, problem->inputs, call_manual);
  if (reverse_jacobian != NULL && problem->jacobian_size > 0)
    count = add(columns, count, problem, "jacobian", 2, problem->jacobian_size, call_jacobian);
  if (manual_jacobian != NULL && problem->jacobian_size > 0)
    count = add(columns, count, problem, "manual-jacobian", 2, problem->jacobian_size, call_manual_jacobian);
  return count;
}

// Seconds per call.
static double measure(const struct problem *problem, struct column *column) {
  double start = thread_seconds();
  for (int i = 0; i < column->calls; i++)
    column->call(problem, column);
  return (thread_seconds() - start) / column->calls;
}

static void warm_up(const struct problem *problem, struct column *column, double least) {
  allocations_start();
  column->call(problem, column);
  column->memory = allocations_stop();
  for (double seconds = measure(problem, column); seconds * column->calls < least && column->calls < 1 << 24;
       seconds = measure(problem, column))
    column->calls *= 2;
}

static int ascending(const void *a, const void *b) {
  double first = *(const double *)a, second = *(const double *)b;
  return (first > second) - (first < second);
}

static double median(double *numbers, int count) {
  qsort(numbers, (size_t)count, sizeof *numbers, ascending);
  return count % 2 == 1 ? numbers[count / 2] : 0.5 * (numbers[count / 2 - 1] + numbers[count / 2]);
}

static double difference(const struct column *columns, int at) {
  int first = 0;
  while (columns[first].kind != columns[at].kind)
    first++;
  double most = 0.0, size = 0.0;
  for (int i = 0; i < columns[at].size; i++) {
    double apart = fabs(columns[at].result[i] - columns[first].result[i]);
    if (!(apart <= most)) // also where it is not a number
      most = apart;
    size = fmax(size, fabs(columns[first].result[i]));
  }
  return most == 0.0 ? 0.0 : most / size;
}

int main(int argc, char **argv) {
  if (argc != 4)
    fail("usage: bench SOURCE ROUNDS SECONDS");
  int rounds = atoi(argv[2]);
  if (rounds < 1 || rounds > MOST_ROUNDS)
    fail("%s rounds; from 1 to %d are possible", argv[2], MOST_ROUNDS);
  struct problem problem = {0};
  static struct column columns[COLUMNS];
  problem_open(argv[1], &problem);
  problem_perturb(&problem, 0.01);
  int count = find_columns(&problem, columns);
  for (int c = 0; c < count; c++)
    warm_up(&problem, &columns[c], atof(argv[3]));
  for (int round = 0; round < rounds; round++)
    for (int c = 0; c < count; c++) {
      columns[c].seconds[round] = measure(&problem, &columns[c]);
      columns[c].ratios[round] = columns[c].seconds[round] / columns[0].seconds[round];
    }
  for (int c = 0; c < count; c++) {
    struct column *column = &columns[c];
    double seconds = median(column->seconds, rounds), ratio = median(column->ratios, rounds);
    printf("%s\t%.9g\t%.4g\t%.4g\t%.4g\t%ld\t%ld\t%.3g\n", column->name, seconds, ratio, column->ratios[0],
           column->ratios[rounds - 1], column->memory.peak, column->memory.count, difference(columns, c));
  }
  return 0;
}
