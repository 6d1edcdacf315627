// What a column of the comparison is called with. Every column is a shared object of its own that exports functions of this type; C++
// and Rust columns (rust/objectives/src/call.rs) have the same structure.
#ifndef ADBENCH_CALL_H
#define ADBENCH_CALL_H

struct call {
  const void *given; // the objective's constants
  const double *x;   // inputs unknowns
  const double *w;   // outputs weights, for a gradient
  double *y;         // outputs values, which are written
  double *result;    // size entries of the derivative, which are written
  int inputs;
  int outputs;
  int size;
  // The derivative one direction at a time, for columns that go forward. `seed` writes `value` to the places of `v` (inputs numbers) that
  // belong to a direction; `take` puts what the function's outputs do in that direction into `result`.
  int directions;
  void (*seed)(const struct call *call, int direction, double value, double *v);
  void (*take)(const struct call *call, int direction, const double *dy);
};

#ifdef __cplusplus
extern "C"
#else
extern
#endif
    void column_run(const struct call *call);

#endif
