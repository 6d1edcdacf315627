// The objective itself.
#include "../harness/call.h"

void objective(const void *given, const double *x, double *y);

void column_run(const struct call *call) { objective(call->given, call->x, call->y); }
