// The objective named by -DOBJECTIVE_FILE, and the declarations of requests.
#ifndef ADBENCH_ENZYME_H
#define ADBENCH_ENZYME_H

#define OBJECTIVE_WITHOUT_ENTRY
#include OBJECTIVE_FILE

extern int enzyme_const, enzyme_dup, enzyme_dupv, enzyme_dupnoneed, enzyme_width;

void __enzyme_fwddiff(void *, ...);
void __enzyme_autodiff(void *, ...);

#endif
