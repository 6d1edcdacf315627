// Iterative FFT with bit reversal, on interleaved complex numbers, then a power spectrum.
#include "check.h"

enum { N = 16 };

static void fft(double *z, int n) {
  for (int i = 1, j = 0; i < n; i++) {
    int bit = n >> 1;
    for (; j & bit; bit >>= 1)
      j ^= bit;
    j ^= bit;
    if (i < j)
      for (int c = 0; c < 2; c++) {
        double t = z[2 * i + c];
        z[2 * i + c] = z[2 * j + c];
        z[2 * j + c] = t;
      }
  }
  for (int len = 2; len <= n; len <<= 1) {
    double wr = cos(2 * M_PI / len), wi = -sin(2 * M_PI / len);
    for (int i = 0; i < n; i += len) {
      double cr = 1, ci = 0;
      for (int k = 0; k < len / 2; k++) {
        double *a = z + 2 * (i + k), *b = a + len;
        double tr = b[0] * cr - b[1] * ci, ti = b[0] * ci + b[1] * cr;
        b[0] = a[0] - tr;
        b[1] = a[1] - ti;
        a[0] += tr;
        a[1] += ti;
        double t = cr * wr - ci * wi;
        ci = cr * wi + ci * wr;
        cr = t;
      }
    }
  }
}

static void spectrum(const double *x, int n, double *y, int m) {
  double z[2 * N] = {0};
  for (int i = 0; i < n; i++)
    z[2 * i] = x[i];
  fft(z, n);
  for (int k = 0; k < m; k++)
    y[k] = z[2 * k] * z[2 * k] + z[2 * k + 1] * z[2 * k + 1];
}

static void jvp(const double *x, const double *v, int n, double *dy, int m) {
  for (int k = 0; k < m; k++) {
    double re = 0, im = 0, dre = 0, dim = 0;
    for (int i = 0; i < n; i++) {
      double c = cos(2 * M_PI * k * i / n), s = sin(2 * M_PI * k * i / n);
      re += c * x[i], im -= s * x[i], dre += c * v[i], dim -= s * v[i];
    }
    dy[k] = 2 * (re * dre + im * dim);
  }
}

int main(void) {
  double x[N];
  for (int i = 0; i < N; i++)
    x[i] = sin(0.9 * i * i);
  CHECK_MAP(spectrum, N, N, x, jvp, EXACT);
  return check_report();
}
