// The gradient of the Gaussian mixture's log-posterior by hand, in the same pass over the points as the value.
//
// With r_k the responsibility of component k for a point, c = x - mu_k and z = Q_k c, the point adds r_k to the derivatives by a_k and
// by log det Q_k, r_k Q_k' z to that by mu_k, and -r_k z c' (lower triangle) to that by Q_k.
#include "gmm.h"

#include <math.h>
#include <stdlib.h>

// Memory for one point and all components.
struct workspace {
  double *diagonals; // k x d exponentials
  double *log_dets;  // k
  double *centered;  // k x d
  double *whitened;  // k x d
  double *shares;    // k: first logarithms, then responsibilities
};

// Replaces logarithms by normalized exponentials; returns the logarithm of their sum.
static double normalize(int n, const double *logs, double *shares) {
  double largest = logs[0], sum = 0.0;
  for (int i = 1; i < n; i++)
    if (logs[i] > largest)
      largest = logs[i];
  for (int i = 0; i < n; i++)
    sum += shares[i] = exp(logs[i] - largest);
  for (int i = 0; i < n; i++)
    shares[i] /= sum;
  return largest + log(sum);
}

static void multiply_factor(int d, const double *restrict diagonal, const double *restrict below, const double *restrict c,
                            double *restrict z) {
  for (int i = 0; i < d; i++)
    z[i] = diagonal[i] * c[i];
  for (int j = 0; j < d; j++) {
    for (int i = j + 1; i < d; i++)
      z[i] += below[i - j - 1] * c[j];
    below += d - j - 1;
  }
}

// Adds what a point says about one component, with responsibility times weight `r`.
static void add_component(int d, double r, const double *restrict diagonal, const double *restrict below,
                          const double *restrict c, const double *restrict z, double *restrict mean_gradient,
                          double *restrict factor_gradient) {
  double *restrict below_gradient = factor_gradient + d;
  for (int i = 0; i < d; i++) {
    mean_gradient[i] += r * diagonal[i] * z[i];
    factor_gradient[i] += r * (1.0 - diagonal[i] * z[i] * c[i]);
  }
  for (int j = 0; j < d; j++) {
    double sum = 0.0, scale = r * c[j];
    for (int i = j + 1; i < d; i++) {
      sum += below[i - j - 1] * z[i];
      below_gradient[i - j - 1] -= scale * z[i];
    }
    mean_gradient[j] += r * sum;
    below += d - j - 1;
    below_gradient += d - j - 1;
  }
}

static double add_point(const struct gmm *given, const double *x, const double *point, double w, struct workspace *work,
                        double *gradient) {
  int d = given->d, k = given->k, size = gmm_factor_size(d);
  const double *means = x + k, *factors = means + k * d;
  for (int q = 0; q < k; q++) {
    double *c = &work->centered[q * d], *z = &work->whitened[q * d], squares = 0.0;
    for (int i = 0; i < d; i++)
      c[i] = point[i] - means[q * d + i];
    multiply_factor(d, &work->diagonals[q * d], &factors[q * size + d], c, z);
    for (int i = 0; i < d; i++)
      squares += z[i] * z[i];
    work->shares[q] = x[q] + work->log_dets[q] - 0.5 * squares;
  }
  double value = normalize(k, work->shares, work->shares);
  for (int q = 0; q < k; q++) {
    double r = w * work->shares[q];
    gradient[q] += r;
    add_component(d, r, &work->diagonals[q * d], &factors[q * size + d], &work->centered[q * d], &work->whitened[q * d],
                  &gradient[k + q * d], &gradient[k + k * d + q * size]);
  }
  return value;
}

// The value without its constant, and the gradient, of the Wishart prior.
static double add_prior(const struct gmm *given, const double *factors, double w, const struct workspace *work,
                        double *gradient) {
  int d = given->d, size = gmm_factor_size(d);
  double square = given->gamma * given->gamma, value = 0.0;
  for (int q = 0; q < given->k; q++) {
    const double *factor = &factors[q * size];
    double *own = &gradient[q * size];
    for (int i = 0; i < d; i++) {
      double entry = work->diagonals[q * d + i];
      value += 0.5 * square * entry * entry;
      own[i] += w * (square * entry * entry - given->m);
    }
    for (int i = d; i < size; i++) {
      value += 0.5 * square * factor[i] * factor[i];
      own[i] += w * square * factor[i];
    }
    value -= given->m * work->log_dets[q];
  }
  return value;
}

static double constant(const struct gmm *given) {
  int d = given->d;
  double freedom = d + given->m + 1, log_gamma = 0.25 * d * (d - 1) * log(M_PI);
  for (int j = 1; j <= d; j++)
    log_gamma += lgamma(0.5 * freedom + 0.5 * (1 - j));
  return -given->k * (freedom * d * (log(given->gamma) - 0.5 * log(2.0)) - log_gamma) - 0.5 * given->n * d * log(2.0 * M_PI);
}

void manual_gradient(const void *constants, const double *restrict x, double *restrict y, double *restrict w,
                     double *restrict gradient) {
  const struct gmm *given = constants;
  int d = given->d, k = given->k, size = gmm_factor_size(d);
  const double *factors = x + k + k * d;
  double *memory = malloc(sizeof(double) * (3 * (size_t)k * d + 2 * (size_t)k)), value = constant(given);
  struct workspace work = {memory, memory + 3 * k * d, memory + k * d, memory + 2 * k * d, memory + 3 * k * d + k};
  for (int q = 0; q < k; q++) {
    work.log_dets[q] = 0.0;
    for (int i = 0; i < d; i++) {
      work.diagonals[q * d + i] = exp(factors[q * size + i]);
      work.log_dets[q] += factors[q * size + i];
    }
  }
  for (int p = 0; p < given->n; p++)
    value += add_point(given, x, &given->points[p * d], w[0], &work, gradient);
  value -= given->n * normalize(k, x, work.shares);
  for (int q = 0; q < k; q++)
    gradient[q] -= w[0] * given->n * work.shares[q];
  value += add_prior(given, factors, w[0], &work, gradient + k + k * d);
  y[0] = value;
  w[0] = 0.0;
  free(memory);
}
