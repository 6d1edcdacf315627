// Kernels of the benchmarks, each with its tangent in one direction and in four. All are double f(const double *x, double *work, int n);
// `work` has room for 4 n numbers.
#include <math.h>

extern int enzyme_dup, enzyme_const, enzyme_width;

#define KERNEL(name)                                                                                                   \
  double __enzyme_fwddiff_##name(void *, ...);                                                                        \
  double tangent_##name(const double *x, const double *dx, double *w, double *dw, int n) {                            \
    return __enzyme_fwddiff_##name((void *)name, enzyme_dup, x, dx, enzyme_dup, w, dw, enzyme_const, n);              \
  }                                                                                                                    \
  struct four __enzyme_fwddiff_four_##name(void *, ...);                                                              \
  double tangent4_##name(const double *x, const double *dx, double *w, double *dw, int n) {                           \
    long m = n, k = 4 * m;                                                                                             \
    struct four t = __enzyme_fwddiff_four_##name(                                                                     \
        (void *)name, enzyme_width, 4, enzyme_dup, x, dx, dx + m, dx + 2 * m, dx + 3 * m, enzyme_dup, w, dw, dw + k,   \
        dw + 2 * k, dw + 3 * k, enzyme_const, n);                                                                      \
    return t.d[0] + t.d[1] + t.d[2] + t.d[3];                                                                          \
  }

struct four {
  double d[4];
};

// log(sum(exp(x))), shifted by the largest.
double log_sum_exp(const double *x, double *work, int n) {
  double largest = x[0], sum = 0;
  for (int i = 1; i < n; i++)
    largest = x[i] > largest ? x[i] : largest;
  for (int i = 0; i < n; i++)
    sum += exp(x[i] - largest);
  return largest + log(sum);
}
KERNEL(log_sum_exp)

// A damped pendulum, by Runge and Kutta's method of fourth order, n steps; the length of step is in x.
static void slope(const double *x, double angle, double speed, double *da, double *ds) {
  *da = speed;
  *ds = -x[1] * sin(angle) - x[2] * speed;
}
double pendulum(const double *x, double *work, int n) {
  double a = x[3], s = 0, h = x[0];
  for (int i = 0; i < n; i++) {
    double a1, s1, a2, s2, a3, s3, a4, s4;
    slope(x, a, s, &a1, &s1);
    slope(x, a + h / 2 * a1, s + h / 2 * s1, &a2, &s2);
    slope(x, a + h / 2 * a2, s + h / 2 * s2, &a3, &s3);
    slope(x, a + h * a3, s + h * s3, &a4, &s4);
    a += h / 6 * (a1 + 2 * a2 + 2 * a3 + a4);
    s += h / 6 * (s1 + 2 * s2 + 2 * s3 + s4);
  }
  return a * a + s * s;
}
KERNEL(pendulum)

// Ten explicit steps of the heat equation on n points.
double heat(const double *x, double *work, int n) {
  double *now = work, *next = work + n, sum = 0;
  for (int i = 0; i < n; i++)
    now[i] = x[i];
  for (int step = 0; step < 10; step++) {
    next[0] = now[0], next[n - 1] = now[n - 1];
    for (int i = 1; i < n - 1; i++)
      next[i] = now[i] + 0.2 * (now[i - 1] - 2 * now[i] + now[i + 1]);
    double *swap = now;
    now = next, next = swap;
  }
  for (int i = 0; i < n; i++)
    sum += now[i] * now[i];
  return sum;
}
KERNEL(heat)

// A dense layer of 32 neurons with tanh, applied to blocks of 32 inputs by the same weights.
double layer(const double *x, double *work, int n) {
  double sum = 0;
  for (int block = 1; block < n / 32; block++)
    for (int neuron = 0; neuron < 32; neuron++) {
      double z = 0;
      for (int i = 0; i < 32; i++)
        z += x[(neuron * 7 + i) % 32] * x[block * 32 + i];
      sum += tanh(z);
    }
  return sum;
}
KERNEL(layer)
