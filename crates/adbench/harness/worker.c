// worker OBJECT SYMBOL SOURCE KIND: runs one column of the comparison on one problem, in a process of its own, so that a column that
// crashes or hangs takes nothing else with it.
//
// OBJECT is a shared object, SYMBOL its function of type `void (const struct call *)`, KIND what it computes: primal, gradient or jacobian.
// First line of the answer: `ready INPUTS OUTPUTS SIZE DIRECTIONS`. Then for each line on standard input a line comes back:
//
//   check FILE            one call; values and derivative are written to FILE   -> `checked SECONDS PEAK_HEAP_BYTES ALLOCATIONS PEAK_RSS_KB`
//   tune SECONDS          finds how many calls take that long                   -> `tuned CALLS`
//   measure               that many calls                                       -> `measured SECONDS_PER_CALL`
//   compare COUNT FILE    what is in FILE with the complex step, in COUNT random directions -> `compared LARGEST_RELATIVE_DIFFERENCE`
//
// Seconds are CPU time of the process: of its only thread, and of those that a column starts.
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "allocations.h"
#include "call.h"
#include "problem.h"

#define STEP 1e-30

static struct problem problem;
static void (*column)(const struct call *call);
static int calls = 1;

static void seed_gradient(const struct call *call, int direction, double value, double *v) {
  (void)call;
  v[direction] = value;
}

static void take_gradient(const struct call *call, int direction, const double *dy) {
  double sum = 0.0;
  for (int i = 0; i < call->outputs; i++)
    sum += call->w[i] * dy[i];
  call->result[direction] = sum;
}

static void seed_jacobian(const struct call *call, int direction, double value, double *v) {
  (void)call;
  problem_seed(&problem, direction, value, v);
}

static void take_jacobian(const struct call *call, int direction, const double *dy) {
  problem_take(&problem, direction, dy, call->result);
}

static double *numbers(int count) { return allocate((size_t)count, sizeof(double)); }

static void open_call(const char *kind, struct call *call) {
  *call = (struct call){.given = problem.given, .x = problem.x, .inputs = problem.inputs, .outputs = problem.outputs};
  double *w = numbers(call->outputs);
  uint64_t state = 7;
  for (int i = 0; i < call->outputs; i++)
    w[i] = call->outputs == 1 ? 1.0 : noise(&state);
  call->w = w;
  call->y = numbers(call->outputs);
  if (strcmp(kind, "gradient") == 0) {
    call->size = call->directions = call->inputs;
    call->seed = seed_gradient;
    call->take = take_gradient;
  } else if (strcmp(kind, "jacobian") == 0 && problem.jacobian_size > 0) {
    call->size = problem.jacobian_size;
    call->directions = problem_directions(&problem);
    call->seed = seed_jacobian;
    call->take = take_jacobian;
  } else if (strcmp(kind, "primal") != 0)
    fail("there is no derivative of kind `%s` here", kind);
  call->result = numbers(call->size);
}

static void open_column(const char *object, const char *symbol) {
  void *library = dlopen(object, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL)
    fail("%s", dlerror());
  // POSIX promises that a function's address survives this.
  *(void **)&column = dlsym(library, symbol);
  if (column == NULL)
    fail("%s", dlerror());
}

static double cpu_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double measure(const struct call *call) {
  double start = cpu_seconds();
  for (int i = 0; i < calls; i++)
    column(call);
  return (cpu_seconds() - start) / calls;
}

static void write_numbers(FILE *file, const char *path, const double *values, int count) {
  if (fwrite(values, sizeof *values, (size_t)count, file) != (size_t)count)
    fail("%s: could not be written", path);
}

static void check(const struct call *call, const char *path) {
  for (int i = 0; i < call->outputs; i++)
    call->y[i] = NAN;
  for (int i = 0; i < call->size; i++)
    call->result[i] = NAN;
  double start = cpu_seconds();
  allocations_start();
  column(call);
  struct allocations memory = allocations_stop();
  double seconds = cpu_seconds() - start;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  FILE *file = fopen(path, "wb");
  if (file == NULL)
    fail("%s: cannot be made", path);
  write_numbers(file, path, call->y, call->outputs);
  write_numbers(file, path, call->result, call->size);
  if (fclose(file) != 0)
    fail("%s: could not be written", path);
  printf("checked %.9g %ld %ld %ld\n", seconds, memory.peak, memory.count, usage.ru_maxrss);
}

static void tune(const struct call *call, double least) {
  for (calls = 1; measure(call) * calls < least && calls < 1 << 24;)
    calls *= 2;
  printf("tuned %d\n", calls);
}

// dy = J v by the complex step; y are the values.
static void complex_step(const double *v, double *dy, double *y) {
  double complex *x = allocate((size_t)problem.inputs, sizeof *x), *values = allocate((size_t)problem.outputs, sizeof *values);
  for (int i = 0; i < problem.inputs; i++)
    x[i] = problem.x[i] + I * (STEP * v[i]);
  complex_objective(problem.given, x, values);
  for (int i = 0; i < problem.outputs; i++) {
    y[i] = creal(values[i]);
    dy[i] = cimag(values[i]) / STEP;
  }
  free(x);
  free(values);
}

// The difference relative to the number, or to a thousandth of `size` if it is smaller; infinite if there is a number that is none.
static double difference(double got, double want, double size) {
  double apart = fabs(got - want);
  if (apart == 0.0)
    return 0.0;
  return apart <= INFINITY ? apart / fmax(fabs(want), 1e-3 * size) : INFINITY;
}

static double largest(const double *values, int count) {
  double most = 0.0;
  for (int i = 0; i < count; i++)
    most = fmax(most, fabs(values[i]));
  return most;
}

static double compare_gradient(const struct call *call, const double *gradient, uint64_t *state, double *v, double *dy, double *y) {
  for (int i = 0; i < call->inputs; i++)
    v[i] = noise(state);
  complex_step(v, dy, y);
  double got = 0.0, want = 0.0, sum = 0.0;
  for (int i = 0; i < call->inputs; i++) {
    got += gradient[i] * v[i];
    sum += fabs(gradient[i] * v[i]);
  }
  for (int i = 0; i < call->outputs; i++)
    want += call->w[i] * dy[i];
  return difference(got, want, sum);
}

static double compare_jacobian(const struct call *call, const double *jacobian, uint64_t *state, double *v, double *dy, double *y) {
  int direction = (int)((noise(state) + 1.0) * 0.5 * call->directions) % call->directions;
  call->seed(call, direction, 1.0, v);
  complex_step(v, dy, y);
  call->seed(call, direction, 0.0, v);
  memcpy(call->result, jacobian, sizeof(double) * (size_t)call->size);
  call->take(call, direction, dy);
  double most = 0.0, size = largest(call->result, call->size);
  for (int i = 0; i < call->size; i++)
    most = fmax(most, difference(jacobian[i], call->result[i], size));
  return most;
}

static void compare(const struct call *call, const char *path, int count) {
  double *got_y = numbers(call->outputs), *got = numbers(call->size), *v = numbers(call->inputs), *dy = numbers(call->outputs);
  double *y = numbers(call->outputs), most = 0.0;
  FILE *file = fopen(path, "rb");
  if (file == NULL || fread(got_y, sizeof *got_y, (size_t)call->outputs, file) != (size_t)call->outputs ||
      fread(got, sizeof *got, (size_t)call->size, file) != (size_t)call->size)
    fail("%s: could not be read", path);
  fclose(file);
  uint64_t state = 11;
  for (int i = 0; i < count; i++)
    most = fmax(most, (call->take == take_gradient ? compare_gradient : compare_jacobian)(call, got, &state, v, dy, y));
  double size = largest(y, call->outputs);
  for (int i = 0; i < call->outputs; i++)
    most = fmax(most, difference(got_y[i], y[i], size));
  printf("compared %.3g\n", most);
  free(got_y), free(got), free(v), free(dy), free(y);
}

static void answer(const struct call *call, const char *line) {
  char path[4096];
  double least;
  int count;
  if (sscanf(line, "check %4095[^\n]", path) == 1)
    check(call, path);
  else if (sscanf(line, "tune %lf", &least) == 1)
    tune(call, least);
  else if (strncmp(line, "measure", 7) == 0)
    printf("measured %.9g\n", measure(call));
  else if (sscanf(line, "compare %d %4095[^\n]", &count, path) == 2 && call->size > 0)
    compare(call, path, count);
  else
    fail("`%s` is no command", line);
  fflush(stdout);
}

int main(int argc, char **argv) {
  if (argc != 5)
    fail("usage: worker OBJECT SYMBOL SOURCE primal|gradient|jacobian");
  struct call call;
  problem_open(argv[3], &problem);
  problem_perturb(&problem, 0.01);
  open_call(argv[4], &call);
  open_column(argv[1], argv[2]);
  printf("ready %d %d %d %d\n", call.inputs, call.outputs, call.size, call.directions);
  fflush(stdout);
  for (char line[8192]; fgets(line, sizeof line, stdin) != NULL;)
    answer(&call, line);
  return 0;
}
