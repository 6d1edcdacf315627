// Any derivative by forward mode in WIDTH directions at once.
#include <stdlib.h>

#include "../harness/call.h"

void forward_tangents(const void *given, int inputs, int outputs, const double *x, const double *dx, double *y, double *dy);

void column_run(const struct call *call) {
  size_t inputs = (size_t)call->inputs, outputs = (size_t)call->outputs;
  double *dx = calloc(WIDTH * inputs, sizeof *dx), *dy = malloc(sizeof *dy * WIDTH * outputs);
  for (int first = 0; first < call->directions; first += WIDTH) {
    int count = call->directions - first < WIDTH ? call->directions - first : WIDTH;
    for (int k = 0; k < count; k++)
      call->seed(call, first + k, 1.0, dx + inputs * (size_t)k);
    forward_tangents(call->given, call->inputs, call->outputs, call->x, dx, call->y, dy);
    for (int k = 0; k < count; k++) {
      call->take(call, first + k, dy + outputs * (size_t)k);
      call->seed(call, first + k, 0.0, dx + inputs * (size_t)k);
    }
  }
  free(dx);
  free(dy);
}
