// enzyme_dupv: the shadows of all directions lie in one block, a stride in bytes apart.
#include "check.h"

extern int enzyme_dupv, enzyme_dupnoneedv;

static void f(const double *x, double *y) {
  y[0] = x[0] * x[1];
  y[1] = sin(x[1]);
}

int main(void) {
  double x[] = {2.0, 3.0}, y[2] = {0, 0};
  double dx[3][2] = {{1, 0}, {0, 1}, {0.5, -2.0}};
  struct row {
    double d[2];
    int padding[3];
  } dy[3];
  memset(dy, 0x7f, sizeof dy);
#ifdef SELFTEST
  f(x, y);
  for (int k = 0; k < 3; k++) {
    double h = 1e-5, above[2], below[2];
    f((double[]){x[0] + h * dx[k][0], x[1] + h * dx[k][1]}, above);
    f((double[]){x[0] - h * dx[k][0], x[1] - h * dx[k][1]}, below);
    for (int j = 0; j < 2; j++)
      dy[k].d[j] = (above[j] - below[j]) / (2 * h);
  }
#else
  __enzyme_fwddiff_void((void *)f, enzyme_width, 3, enzyme_dupv, sizeof dx[0], x, dx, enzyme_dupv, sizeof dy[0], y, dy);
#endif
  for (int k = 0; k < 3; k++) {
    CHECK_CLOSE("product", dy[k].d[0], dx[k][0] * 3.0 + 2.0 * dx[k][1], EXACT);
    CHECK_CLOSE("sine", dy[k].d[1], cos(3.0) * dx[k][1], EXACT);
    CHECK_CLOSE("padding", dy[k].padding[0], 0x7f7f7f7f, 0);
  }
  CHECK_CLOSE("primal", y[0], 6.0, 0);
#ifndef SELFTEST
  memset(dy, 0, sizeof dy);
  __enzyme_fwddiff_void((void *)f, enzyme_width, 3, enzyme_dup, x, dx[0], dx[1], dx[2], enzyme_dupnoneedv, (long)sizeof dy[0], y, dy);
  for (int k = 0; k < 3; k++)
    CHECK_CLOSE("product again", dy[k].d[0], dx[k][0] * 3.0 + 2.0 * dx[k][1], EXACT);
#endif
  return check_report();
}
