// The discrete Fourier transform of n = 2^k complex numbers (real and imaginary parts alternate): the numbers in bit-reversed order,
// then k passes of butterflies in place (Cooley and Tukey). Unknowns: the 2n numbers; outputs: the 2n numbers of the transform.
#include "kernel.h"
#include "scalar.h"

static void reverse_bits(int n, const real *RESTRICT in, real *RESTRICT out) {
  int reversed = 0;
  for (int i = 0; i < n; i++) {
    out[2 * reversed] = in[2 * i];
    out[2 * reversed + 1] = in[2 * i + 1];
    int bit = n >> 1;
    for (; bit > 0 && (reversed & bit) != 0; bit >>= 1)
      reversed ^= bit;
    reversed ^= bit;
  }
}

// One pass: transforms of `half` numbers are joined to transforms of twice as many.
static void butterflies(int n, int half, const double *RESTRICT roots, real *RESTRICT out) {
  int stride = n / (2 * half);
  for (int block = 0; block < n; block += 2 * half)
    for (int j = 0; j < half; j++) {
      double c = roots[2 * j * stride], s = roots[2 * j * stride + 1];
      real *even = &out[2 * (block + j)], *odd = &out[2 * (block + j + half)];
      real re = c * odd[0] - s * odd[1], im = c * odd[1] + s * odd[0];
      odd[0] = even[0] - re;
      odd[1] = even[1] - im;
      even[0] += re;
      even[1] += im;
    }
}

ENTRY_LINKAGE void ENTRY(const struct kernel *given, const real *RESTRICT x, real *RESTRICT y) {
  reverse_bits(given->n, x, y);
  for (int half = 1; half < given->n; half *= 2)
    butterflies(given->n, half, given->given, y);
}
