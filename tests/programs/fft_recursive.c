// Recursive radix-2 FFT with heap buffers; the derivative of a linear map is the map of the direction.
#include "check.h"

enum { N = 16 };

static void fft(double *re, double *im, int n) {
  if (n == 1)
    return;
  int h = n / 2;
  double *buffer = malloc(sizeof(double) * 2 * (size_t)n);
  double *er = buffer, *ei = er + h, *or = ei + h, *oi = or + h;
  for (int i = 0; i < h; i++) {
    er[i] = re[2 * i];
    ei[i] = im[2 * i];
    or[i] = re[2 * i + 1];
    oi[i] = im[2 * i + 1];
  }
  fft(er, ei, h);
  fft(or, oi, h);
  for (int k = 0; k < h; k++) {
    double c = cos(-2 * M_PI * k / n), s = sin(-2 * M_PI * k / n);
    double tr = c * or[k] - s * oi[k], ti = c * oi[k] + s * or[k];
    re[k] = er[k] + tr;
    im[k] = ei[k] + ti;
    re[k + h] = er[k] - tr;
    im[k + h] = ei[k] - ti;
  }
  free(buffer);
}

static void f(double *x, int n) { fft(x, x + n / 2, n / 2); }

static void dft(const double *x, const double *v, int n, double *dy, int m) {
  (void)x;
  int h = n / 2;
  for (int k = 0; k < h; k++) {
    dy[k] = dy[k + h] = 0;
    for (int i = 0; i < h; i++) {
      double c = cos(-2 * M_PI * k * i / h), s = sin(-2 * M_PI * k * i / h);
      dy[k] += c * v[i] - s * v[h + i];
      dy[k + h] += c * v[h + i] + s * v[i];
    }
  }
  (void)m;
}

int main(void) {
  double x[2 * N];
  for (int i = 0; i < 2 * N; i++)
    x[i] = sin(0.9 * i * i);
  CHECK_IN_PLACE(f, 2 * N, x, dft, EXACT);
  return check_report();
}
