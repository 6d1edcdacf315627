// enzyme_dupnoneed: what is left in the output does not matter and may not be written, unless the gradient reads it itself.
#include "check.h"

void __enzyme_autodiff_memory(void *, ...);
extern int enzyme_dupnoneed;

// Only writes the output.
static void squares(const double *restrict x, double *restrict y, int n) {
  for (int i = 0; i < n; i++)
    y[i] = x[i] * x[i];
}

// Reads the output back: each element is the product of all before it.
static void products(const double *restrict x, double *restrict y, int n) {
  y[0] = x[0];
  for (int i = 1; i < n; i++)
    y[i] = y[i - 1] * x[i];
}

// Writes the output by a function that calls itself.
static void halves(const double *restrict x, double *restrict y, int n) {
  if (n == 1) {
    y[0] = 2 * x[0];
    return;
  }
  halves(x, y, n / 2);
  halves(x + n / 2, y + n / 2, n / 2);
  for (int i = 0; i < n / 2; i++) {
    double sum = y[i] + y[i + n / 2], difference = y[i] - y[i + n / 2];
    y[i] = sum;
    y[i + n / 2] = difference;
  }
}

// Output and input are the same memory for who calls it so.
static void shifted(double *x, double *y, int n) {
  for (int i = 0; i < n; i++)
    y[i] = x[i] * x[i];
}

int main(void) {
  enum { N = 4 };
  double x[N] = {1.5, -2, 0.5, 3};
  const double weight[N] = {1, -0.5, 2, 0.25};
  double y[N] = {0}, dx[N] = {0}, dy[N];

  for (int i = 0; i < N; i++)
    dy[i] = weight[i];
  __enzyme_autodiff_memory((void *)squares, enzyme_dup, x, dx, enzyme_dupnoneed, y, dy, enzyme_const, N);
  for (int i = 0; i < N; i++) {
    CHECK_CLOSE("squares", dx[i], 2 * x[i] * weight[i], EXACT);
    CHECK_CLOSE("shadow of what is overwritten", dy[i], 0, EXACT);
    dx[i] = 0;
  }

  for (int i = 0; i < N; i++)
    dy[i] = weight[i];
  __enzyme_autodiff_memory((void *)products, enzyme_dup, x, dx, enzyme_dupnoneed, y, dy, enzyme_const, N);
  for (int i = 0; i < N; i++) {
    double expected = 0, product = 1;
    for (int j = 0; j < N; j++) {
      product *= x[j];
      if (j >= i)
        expected += weight[j] * product / x[i];
    }
    CHECK_CLOSE("products", dx[i], expected, EXACT);
    dx[i] = 0;
  }

  for (int i = 0; i < N; i++)
    dy[i] = weight[i];
  __enzyme_autodiff_memory((void *)halves, enzyme_dup, x, dx, enzyme_dupnoneed, y, dy, enzyme_const, N);
  // The transform is twice a symmetric matrix of signs: element (i, j) is negative where i & j has an odd number of bits.
  for (int i = 0; i < N; i++) {
    double expected = 0;
    for (int j = 0; j < N; j++)
      expected += 2 * weight[j] * (__builtin_popcount(i & j) & 1 ? -1 : 1);
    CHECK_CLOSE("halves", dx[i], expected, EXACT);
    dx[i] = 0;
  }

  // In place: the output is read as the input, so that it is needed after all.
  double z[2] = {3, 5}, dz[2] = {1, 1};
  __enzyme_autodiff_memory((void *)shifted, enzyme_dupnoneed, z, dz, enzyme_dupnoneed, z, dz, enzyme_const, 2);
  CHECK_CLOSE("in place", dz[0], 6, EXACT);
  CHECK_CLOSE("in place", dz[1], 10, EXACT);
  return check_report();
}
