// The discrete Fourier transform of n = 2^k complex numbers (real and imaginary parts alternate), recursively by decimation in
// time (Cooley and Tukey), out of place. Unknowns: the 2n numbers; outputs: the 2n numbers of the transform.
#include "kernel.h"
#include "scalar.h"

// `roots` holds exp(-2 pi i j / total) for j < total / 2; every `stride`-th is a root of this transform's order.
static void fft(int n, int stride, const double *RESTRICT roots, const real *RESTRICT in, real *RESTRICT out) {
  if (n == 1) {
    out[0] = in[0];
    out[1] = in[1];
    return;
  }
  int half = n / 2;
  fft(half, 2 * stride, roots, in, out);
  fft(half, 2 * stride, roots, in + 2 * stride, out + n);
  for (int j = 0; j < half; j++) {
    double c = roots[2 * j * stride], s = roots[2 * j * stride + 1];
    real *even = &out[2 * j], *odd = &out[2 * j + n];
    real re = c * odd[0] - s * odd[1], im = c * odd[1] + s * odd[0];
    odd[0] = even[0] - re;
    odd[1] = even[1] - im;
    even[0] += re;
    even[1] += im;
  }
}

ENTRY_LINKAGE void ENTRY(const struct kernel *given, const real *RESTRICT x, real *RESTRICT y) { fft(given->n, 1, given->given, x, y); }
