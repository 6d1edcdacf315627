// A problem: an objective's unknowns and what it takes as given; and what the columns of the comparison must offer.
#ifndef ADBENCH_PROBLEM_H
#define ADBENCH_PROBLEM_H

#include <complex.h>
#include <stddef.h>
#include <stdint.h>

struct problem {
  int inputs;          // number of unknowns
  int outputs;         // number of values
  double *x;           // the unknowns
  const void *given;   // the objective's own constants
  int jacobian_size;   // stored entries of the Jacobian; 0 if only the gradient is of interest
};

// Opens a problem. For ADBench's objectives `source` is a file in ADBench's format, for kernels it is `name:size`.
// Prints what is wrong and ends the process with status 1 if the file is malformed, truncated or absent.
void problem_open(const char *source, struct problem *problem);

// Jacobians only. The number of sets of unknowns of which no two act on the same output: the Jacobian times the sum of a set's unit
// vectors, a direction, has each of the set's columns in rows of its own. `seed` writes `value` to the places of a direction's unknowns,
// `take` puts J v for a direction v into the Jacobian.
__attribute__((weak)) int problem_directions(const struct problem *problem);
__attribute__((weak)) void problem_seed(const struct problem *problem, int direction, double value, double *v);
__attribute__((weak)) void problem_take(const struct problem *problem, int direction, const double *dy, double *jacobian);

// The columns. Those that an executable does not have are null.
void objective(const void *given, const double *x, double *y);
__attribute__((weak)) void complex_objective(const void *given, const double complex *x, double complex *y);
__attribute__((weak)) void forward_tangent(const void *given, const double *x, const double *dx, double *y, double *dy);
// `w` weighs the outputs and is lost; the gradient of the weighted sum is added to `gradient`.
__attribute__((weak)) void reverse_gradient(const void *given, const double *x, double *y, double *w, double *gradient);
__attribute__((weak)) void manual_gradient(const void *given, const double *x, double *y, double *w, double *gradient);
// The Jacobian is overwritten.
__attribute__((weak)) void reverse_jacobian(const void *given, const double *x, double *y, double *jacobian);
__attribute__((weak)) void forward_jacobian(const void *given, const double *x, double *y, double *jacobian);
__attribute__((weak)) void manual_jacobian(const void *given, const double *x, double *y, double *jacobian);

// Memory that lives as long as the process, zero at first. Ends the process if there is none.
void *allocate(size_t count, size_t size);

// Prints "adbench: error: " and the message, and ends the process with status 1.
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

// A repeatable sequence of numbers that look uniformly distributed in [-1, 1].
double noise(uint64_t *state);

// Adds noise of this size, relative to each unknown's magnitude plus 0.1, so that repeated unknowns of a file become different.
void problem_perturb(struct problem *problem, double size);

#endif
