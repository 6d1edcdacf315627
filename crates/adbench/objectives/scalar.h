// The number type of an objective. The same text compiles with `double` and, with -DCOMPLEX_STEP, with `double complex`: a derivative
// is then the imaginary part of f(x + i h v) / h, exact to rounding for a tiny h and independent of any tool (Squire and Trapp,
// SIAM Review 40, 1998). An objective must therefore be analytic in its unknowns along the branch that it takes: it compares real
// parts only and uses neither fabs nor conj on numbers that depend on the unknowns.
#ifndef ADBENCH_SCALAR_H
#define ADBENCH_SCALAR_H

// In C++ the file that includes an objective has defined `real` and RE before: the number type of a library that overloads operators.
#ifdef __cplusplus
#include <cmath>
using std::cos, std::exp, std::lgamma, std::log, std::sin, std::sqrt, std::tanh;
#else
#include <stdlib.h>
#include <tgmath.h>
#ifdef COMPLEX_STEP
typedef double complex real;
#define RE(x) creal(x)
#else
typedef double real;
#define RE(x) (x)
#endif
#endif

// Memory for `count` numbers.
#ifdef __cplusplus
#define REALS(count) (new real[count])
#define RELEASE(numbers) (delete[] (numbers))
#else
#define REALS(count) malloc(sizeof(real) * (count))
#define RELEASE(numbers) free(numbers)
#endif

// With -DNO_RESTRICT the compiler learns nothing about aliasing from the objective.
#ifdef NO_RESTRICT
#define RESTRICT
#elif defined __cplusplus
#define RESTRICT __restrict
#else
#define RESTRICT restrict
#endif

// The name of an objective's entry point: `objective`, or `complex_objective` for the complex step.
#ifdef COMPLEX_STEP
#define ENTRY complex_objective
#else
#define ENTRY objective
#endif

// A request includes the objective's text to differentiate it and needs no second entry point.
#ifdef OBJECTIVE_WITHOUT_ENTRY
#define ENTRY_LINKAGE __attribute__((unused)) static
#else
#define ENTRY_LINKAGE
#endif

#endif
