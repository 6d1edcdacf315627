// Any derivative by central differences. The step is the cube root of the rounding error, relative to the largest unknown of a direction
// or to 1: the error of cutting off Taylor's series and that of rounding are then about equal.
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/call.h"

void objective(const void *given, const double *x, double *y);

static double step_of(const struct call *call, const double *v) {
  double largest = 1.0;
  for (int i = 0; i < call->inputs; i++)
    if (v[i] != 0.0)
      largest = fmax(largest, fabs(call->x[i]));
  return cbrt(DBL_EPSILON) * largest;
}

void column_run(const struct call *call) {
  size_t inputs = (size_t)call->inputs, outputs = (size_t)call->outputs;
  double *v = calloc(inputs, sizeof *v), *x = malloc(sizeof *x * inputs);
  double *before = malloc(sizeof *before * outputs), *after = malloc(sizeof *after * outputs);
  for (int direction = 0; direction < call->directions; direction++) {
    call->seed(call, direction, 1.0, v);
    double step = step_of(call, v);
    for (size_t i = 0; i < inputs; i++)
      x[i] = call->x[i] - step * v[i];
    objective(call->given, x, before);
    for (size_t i = 0; i < inputs; i++)
      x[i] = call->x[i] + step * v[i];
    objective(call->given, x, after);
    for (size_t i = 0; i < outputs; i++)
      after[i] = (after[i] - before[i]) / (2.0 * step);
    call->take(call, direction, after);
    call->seed(call, direction, 0.0, v);
  }
  objective(call->given, call->x, call->y);
  free(v);
  free(x);
  free(before);
  free(after);
}
