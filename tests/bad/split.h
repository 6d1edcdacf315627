// Declarations for the C files about split mode.
extern int enzyme_dup, enzyme_const, enzyme_out, enzyme_width, enzyme_primal_return, enzyme_noret, enzyme_nofree, enzyme_tape,
    enzyme_allocated;
void *__enzyme_augmentfwd(void *, ...);
double __enzyme_reverse(void *, ...);
long __enzyme_augmentsize(void *, ...);
double __enzyme_autodiff(void *, ...);
