// For columns whose number type overloads operators: the objective's text with `real`, which is defined before.
#include "../harness/call.h"

#define OBJECTIVE_WITHOUT_ENTRY
#include OBJECTIVE_FILE

template <class Given>
static void evaluate(void (*function)(const Given *, const real *, real *), const void *given, const real *x, real *y) {
  function(static_cast<const Given *>(given), x, y);
}
