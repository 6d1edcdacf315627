// The logarithm of the posterior of a Gaussian mixture with a Wishart prior on the inverse covariances:
//
//   sum_i log sum_k exp(a_k + log det Q_k - |Q_k (x_i - mu_k)|^2 / 2) - n log sum_k exp(a_k) - n d log(2 pi) / 2 + prior
//
// with the inverse covariance Q_k' Q_k and Q_k lower triangular with exponentials on its diagonal.
#include "gmm.h"

#include "log_sum_exp_inline.h"
#include "scalar.h"

#define LOG_2_PI 1.8378770664093454836
#define LOG_PI 1.1447298858494001741
#define LOG_2 0.69314718055994530942

// The logarithm of the multivariate gamma function.
static double log_multivariate_gamma(double a, int p) {
  double sum = 0.25 * p * (p - 1) * LOG_PI;
  for (int j = 1; j <= p; j++)
    sum += lgamma(a + 0.5 * (1 - j));
  return sum;
}

// y = Q x for the factor with this diagonal and these entries below it.
static void multiply_factor(int d, const real *RESTRICT diagonal, const real *RESTRICT below, const real *RESTRICT x,
                            real *RESTRICT y) {
  for (int i = 0; i < d; i++)
    y[i] = diagonal[i] * x[i];
  for (int j = 0; j < d; j++) {
    for (int i = j + 1; i < d; i++)
      y[i] += below[i - j - 1] * x[j];
    below += d - j - 1;
  }
}

// The logarithm of the Wishart density of all components. `diagonals` holds the exponentials.
static real log_wishart_prior(int d, int k, const real *RESTRICT factors, const real *RESTRICT diagonals,
                              const real *RESTRICT log_dets, double gamma, int m) {
  int size = gmm_factor_size(d);
  double freedom = d + m + 1;
  double norm = freedom * d * (log(gamma) - 0.5 * LOG_2) - log_multivariate_gamma(0.5 * freedom, d);
  real sum = 0.0;
  for (int c = 0; c < k; c++) {
    real squares = 0.0;
    for (int i = 0; i < d; i++)
      squares += diagonals[c * d + i] * diagonals[c * d + i];
    for (int i = d; i < size; i++)
      squares += factors[c * size + i] * factors[c * size + i];
    sum += 0.5 * gamma * gamma * squares - m * log_dets[c];
  }
  return sum - k * norm;
}

static real gmm(int d, int k, int n, const real *RESTRICT alphas, const real *RESTRICT means, const real *RESTRICT factors,
                const double *RESTRICT points, double gamma, int m) {
  int size = gmm_factor_size(d);
  real *diagonals = REALS(k * d);
  real *log_dets = REALS(k);
  real *terms = REALS(k);
  real *centered = REALS(d);
  real *whitened = REALS(d);
  for (int c = 0; c < k; c++) {
    log_dets[c] = 0.0;
    for (int i = 0; i < d; i++) {
      diagonals[c * d + i] = exp(factors[c * size + i]);
      log_dets[c] += factors[c * size + i];
    }
  }
  real likelihood = 0.0;
  for (int p = 0; p < n; p++) {
    for (int c = 0; c < k; c++) {
      for (int i = 0; i < d; i++)
        centered[i] = points[p * d + i] - means[c * d + i];
      multiply_factor(d, &diagonals[c * d], &factors[c * size + d], centered, whitened);
      real squares = 0.0;
      for (int i = 0; i < d; i++)
        squares += whitened[i] * whitened[i];
      terms[c] = alphas[c] + log_dets[c] - 0.5 * squares;
    }
    likelihood += log_sum_exp(k, terms);
  }
  real prior = log_wishart_prior(d, k, factors, diagonals, log_dets, gamma, m);
  RELEASE(diagonals);
  RELEASE(log_dets);
  RELEASE(terms);
  RELEASE(centered);
  RELEASE(whitened);
  return likelihood - n * log_sum_exp(k, alphas) - 0.5 * n * d * LOG_2_PI + prior;
}

ENTRY_LINKAGE void ENTRY(const struct gmm *given, const real *RESTRICT x, real *RESTRICT y) {
  int d = given->d, k = given->k;
  y[0] = gmm(d, k, given->n, x, x + k, x + k + k * d, given->points, given->gamma, given->m);
}
