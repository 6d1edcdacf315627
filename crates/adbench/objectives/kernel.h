// What the kernels that are not part of ADBench take as given. Each reads only what it needs.
#ifndef ADBENCH_KERNEL_H
#define ADBENCH_KERNEL_H

enum {
  MLP_CLASSES = 10,
  MLP_SAMPLES = 64,
  HEAT_STEPS = 50,
  NBODY_STEPS = 10,
};

struct kernel {
  int n;                 // size: points, terms, grid points along one side, rows and columns, or the end of integration
  int constants;         // how many
  const double *given;   // constants of the kernel: twiddle factors, the matrix's right-hand side and so on
};

#endif
