// What the log-likelihood of a Gaussian mixture takes as given.
#ifndef ADBENCH_GMM_H
#define ADBENCH_GMM_H

struct gmm {
  int d;                // dimension of a point
  int k;                // number of components
  int n;                // number of points
  const double *points; // n x d
  double gamma;         // the Wishart prior's scale
  int m;                // the Wishart prior's degrees of freedom beyond d + 1
};

// Unknowns, in this order: k weights before normalization (alphas), k x d means, k inverse covariance factors.
// A factor is a lower triangular matrix: d logarithms of its diagonal, then the entries below it, column by column.
static inline int gmm_factor_size(int d) { return d * (d + 1) / 2; }

#endif
