// The logarithm of the sum of n exponentials. Unknowns: the n terms.
#include "kernel.h"
#include "log_sum_exp_inline.h"

ENTRY_LINKAGE void ENTRY(const struct kernel *given, const real *RESTRICT x, real *RESTRICT y) { y[0] = log_sum_exp(given->n, x); }
