// Declarations for the C files of this folder.
extern int enzyme_dup, enzyme_const, enzyme_width, enzyme_dupv, enzyme_primal_return;
double __enzyme_fwddiff(void *, ...);
