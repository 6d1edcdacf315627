// Tables that are filled from what is in them: no place is written twice, or what is written later is elsewhere; and tables where neither holds.
#include "check.h"

// The distance between two curves by dynamic time warping, with a smooth minimum: a table of rows.
static double warping(const double *x, const double *y, int n, int m, int zeroed) {
  size_t width = (size_t)m + 1, size = ((size_t)n + 1) * width;
  double *t = zeroed ? calloc(size, sizeof(double)) : malloc(size * sizeof(double));
  for (size_t j = 0; j < width; j++)
    t[j] = (double)j;
  for (size_t i = 1; i <= (size_t)n; i++) {
    t[i * width] = (double)i;
    for (size_t j = 1; j <= (size_t)m; j++) {
      double a = t[(i - 1) * width + j], b = t[i * width + j - 1], c = t[(i - 1) * width + j - 1];
      double d = x[i - 1] - y[j - 1];
      t[i * width + j] = d * d - log(exp(-a) + exp(-b) + exp(-c));
    }
  }
  double last = t[size - 1];
  free(t);
  return last;
}

// In place, in the lower triangle of a table of its own.
static double cholesky(const double *x, long n, int zeroed) {
  double *l = zeroed ? calloc((size_t)(n * n), sizeof(double)) : malloc((size_t)(n * n) * sizeof(double));
  double r = 0;
  for (long i = 0; i < n; i++) {
    for (long j = 0; j <= i; j++) {
      double rest = i == j ? 4 + x[i] : x[i] * x[j];
      for (long k = 0; k < j; k++)
        rest -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i == j ? sqrt(rest) : rest / l[j * n + j];
    }
    r += log(l[i * n + i]);
  }
  free(l);
  return r;
}

// A trajectory, and one that runs in a ring: there places are written again.
static double trajectory(const double *x, long n, long ring) {
  double *h = malloc((size_t)(ring + 1) * sizeof(double)), r = 0;
  h[0] = x[0];
  for (long t = 0; t < n; t++) {
    h[(t + 1) % (ring + 1)] = sin(h[t % (ring + 1)]) + x[t];
    r += h[(t + 1) % (ring + 1)] * h[t % (ring + 1)];
  }
  free(h);
  return r;
}

// Rows of a length that is not the number of their places: they overlap where it is less.
static double rows(const double *x, long n, long width, long length) {
  double *t = malloc((size_t)(n * width + length) * sizeof(double)), r = 0;
  for (long i = 0; i < n; i++)
    for (long j = 0; j < length; j++) {
      double before = j ? t[i * width + j - 1] : i ? t[i * width - width] : x[0];
      t[i * width + j] = cos(before) * x[(i + j) % n];
      r += t[i * width + j] * before;
    }
  free(t);
  return r;
}

// Zeros that are read before they are overwritten.
static double zeros(const double *x, long n) {
  double *t = calloc((size_t)n + 1, sizeof(double)), r = 0;
  for (long i = 0; i < n; i++) {
    double next = t[i + 1];
    t[i] = sin(x[i]) + next;
    r += t[i] * (next + x[i]) * (i ? t[i - 1] : 1);
  }
  for (long i = 0; i < n; i++)
    r += t[i] * t[n - 1 - i];
  free(t);
  return r;
}

static double f(const double *x, int n) {
  double r = 0;
  for (int zeroed = 0; zeroed < 2; zeroed++)
    r += warping(x, x + 2, n - 2, n - 3, zeroed) + cholesky(x, n, zeroed);
  r += trajectory(x, n, n) + trajectory(x, n, 2);
  r += rows(x, n, 3, 3) + rows(x, n, 2, 3) + rows(x, n, n, n - 1);
  return r + zeros(x, n);
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.9, 0.7};
  check_step = 1e-3;
  CHECK_FUNCTIONAL(f, 6, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  return check_report();
}
