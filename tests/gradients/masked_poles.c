// Values that the optimizer calculates though they are not wanted, where their functions have poles: their adjoints are zero, and zero times
// infinity must not get into the gradient. The selects are written out, so that they are there at every level.
#include "check.h"

double __enzyme_autodiff(void *, ...);
void __enzyme_autodiff_void(void *, ...);
extern int enzyme_out;

static double quotient(double a, double b) {
  double q = a / b;
  return __builtin_isgreater(fabs(b), 0.0) ? q : 3 * a;
}


// One number for all lanes: the lanes that are left out must give it nothing.
static double lanes(double a, const double *b) {
  double s = 0;
  for (int i = 0; i < 4; i++) {
    double q = a / b[i];
    s += b[i] != 0 ? q : a;
  }
  return s;
}

// Loops that become vector code at -O2 and more.
static void ratios(const double *restrict x, int n, const double *restrict y, double *restrict out, double by) {
  for (int i = 0; i < n; i++)
    out[i] = y[i] > 0 ? by * x[i] / y[i] + sqrt(y[i]) : x[i] * x[i];
}

static double logs(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++)
    s += x[i] > 0 ? log(x[i]) * x[i] : 0;
  return s;
}

static double chain(double x) {
  double root = sqrt(x), inverse = 1 / root, both = inverse * root + inverse;
  return x > 0 ? both : 2 * x;
}

// Numbers that are missing are marked by NaN: what was multiplied with them must get nothing.
static double present(const double *x, int n, const double *w, double scale) {
  double s = 0;
  for (int i = 0; i < n; i++) {
    double product = x[i] * w[i] * scale;
    s += x[i] == x[i] ? product : 0;
  }
  return s;
}

int main(void) {
  struct two {
    double x, y;
  };
  struct two __enzyme_autodiff_two(void *, ...);
  struct two g = __enzyme_autodiff_two((void *)quotient, 2.0, 4.0);
  CHECK_CLOSE("a", g.x, 0.25, EXACT);
  CHECK_CLOSE("b", g.y, -2.0 / 16, EXACT);
  g = __enzyme_autodiff_two((void *)quotient, 2.0, 0.0);
  CHECK_CLOSE("a at the pole", g.x, 3, EXACT);
  CHECK_CLOSE("b at the pole", g.y, 0, EXACT);
  double b[4] = {2, 0, 4, 0}, db[4] = {0};
  double da = __enzyme_autodiff((void *)lanes, enzyme_out, 3.0, enzyme_dup, b, db);
  CHECK_CLOSE("one number for all lanes", da, 0.5 + 1 + 0.25 + 1, EXACT);
  for (int i = 0; i < 4; i++)
    CHECK_CLOSE("lanes", db[i], b[i] != 0 ? -3 / (b[i] * b[i]) : 0, EXACT);
  enum { N = 37 };
  double x[N], y[N], out[N], dx[N] = {0}, dy[N] = {0}, dout[N], dby;
  for (int i = 0; i < N; i++) {
    x[i] = 1 + sin(i);
    y[i] = i % 3 == 0 ? 0 : i % 7 == 0 ? -1 : cos(i);
    dout[i] = 1 + i;
  }
  dby = __enzyme_autodiff((void *)ratios, enzyme_dup, x, dx, enzyme_const, N, enzyme_dup, y, dy, enzyme_dup, out, dout,
                          enzyme_out, 2.0);
  double want = 0;
  for (int i = 0; i < N; i++) {
    double seed = 1 + i;
    want += y[i] > 0 ? seed * x[i] / y[i] : 0;
    CHECK_CLOSE("x", dx[i], seed * (y[i] > 0 ? 2 / y[i] : 2 * x[i]), EXACT);
    CHECK_CLOSE("y", dy[i], y[i] > 0 ? seed * (-2 * x[i] / (y[i] * y[i]) + 0.5 / sqrt(y[i])) : 0, EXACT);
  }
  CHECK_CLOSE("the factor of all", dby, want, EXACT);
  double dz[N] = {0};
  __enzyme_autodiff_void((void *)logs, enzyme_dup, y, dz, enzyme_const, N);
  for (int i = 0; i < N; i++)
    CHECK_CLOSE("log", dz[i], y[i] > 0 ? log(y[i]) + 1 : 0, EXACT);
  CHECK_CLOSE("chain", __enzyme_autodiff((void *)chain, 4.0), -0.5 * 0.125, EXACT);
  CHECK_CLOSE("chain at the pole", __enzyme_autodiff((void *)chain, 0.0), 2, EXACT);

  double v[4] = {2, NAN, 3, NAN}, dv[4] = {0}, w[4] = {1, 2, 3, 4}, dw[4] = {0};
  double ds = __enzyme_autodiff((void *)present, enzyme_dup, v, dv, enzyme_const, 4, enzyme_dup, w, dw, enzyme_out, 0.5);
  CHECK_CLOSE("factor of what is missing", ds, 2 + 9, EXACT);
  for (int i = 0; i < 4; i++) {
    CHECK_CLOSE("missing or not", dv[i], v[i] == v[i] ? 0.5 * w[i] : 0, EXACT);
    CHECK_CLOSE("weight", dw[i], v[i] == v[i] ? 0.5 * v[i] : 0, EXACT);
  }
  return check_report();
}
