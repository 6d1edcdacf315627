// An address that is stored atomically in memory that may be inactive at run time: the shadow would be stored in a second step.
// EXPECT: enzyme_runtime_activity does not work for an atomic or volatile store of addresses or integers to active memory
// EXPECT: without enzyme_runtime_activity
#include "bad.h"
extern int enzyme_runtime_activity;
double __enzyme_autodiff(void *, ...);

struct box {
  double *at;
};

static double f(struct box *b, double *x) {
  __atomic_store_n(&b->at, x, __ATOMIC_RELAXED); // HERE
  return b->at[0] * b->at[0];
}

double df(struct box *b, struct box *db, double *x, double *dx) {
  return __enzyme_autodiff((void *)f, enzyme_runtime_activity, enzyme_dup, b, db, enzyme_dup, x, dx);
}
