// A column whose object offers a Jacobian that is overwritten: FUNCTION.
#include "../harness/call.h"

void FUNCTION(const void *given, const double *x, double *y, double *jacobian);

void column_run(const struct call *call) { FUNCTION(call->given, call->x, call->y, call->result); }
