// ADOL-C: the objective is recorded once, as ADBench does it; then the tape is evaluated forwards and backwards for each gradient, or forwards in
// all directions at once for a Jacobian. The tape holds the branches that were taken when it was recorded.
#include <adolc/adolc.h>

#include <vector>

typedef adouble real;
#define RE(x) ((x).value())
#include "overloading.h"

namespace {

const short TAG = 1;
const call *recorded = nullptr;

void record(const call *call) {
  std::vector<adouble> x(call->inputs), y(call->outputs);
  trace_on(TAG, 1);
  for (int i = 0; i < call->inputs; i++)
    x[i] <<= call->x[i];
  evaluate(objective, call->given, x.data(), y.data());
  for (int i = 0; i < call->outputs; i++)
    y[i] >>= call->y[i];
  trace_off();
  recorded = call;
}

#ifdef JACOBIAN

struct rows {
  std::vector<double> numbers;
  std::vector<double *> pointers;
  rows(int count, int size) : numbers((size_t)count * size), pointers(count) {
    for (int i = 0; i < count; i++)
      pointers[i] = &numbers[(size_t)i * size];
  }
};

void derive(const call *call) {
  int p = call->directions;
  rows seeds(call->inputs, p), products(call->outputs, p);
  std::vector<double> v(call->inputs), dy(call->outputs);
  for (int d = 0; d < p; d++) {
    call->seed(call, d, 1.0, v.data());
    for (int i = 0; i < call->inputs; i++)
      seeds.pointers[i][d] = v[i];
    call->seed(call, d, 0.0, v.data());
  }
  fov_forward(TAG, call->outputs, call->inputs, p, call->x, seeds.pointers.data(), call->y, products.pointers.data());
  for (int d = 0; d < p; d++) {
    for (int i = 0; i < call->outputs; i++)
      dy[i] = products.pointers[i][d];
    call->take(call, d, dy.data());
  }
}

#else

void derive(const call *call) {
  std::vector<double> w(call->w, call->w + call->outputs);
  zos_forward(TAG, call->outputs, call->inputs, 1, call->x, call->y);
  fos_reverse(TAG, call->outputs, call->inputs, w.data(), call->result);
}

#endif

} // namespace

extern "C" void column_run(const call *call) {
  if (recorded != call)
    record(call);
  derive(call);
}
