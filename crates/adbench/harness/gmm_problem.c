// GMM files: `D K n`, K alphas, K x D means, K x D(D+1)/2 factors, n x D points, `gamma m`.
#include "../objectives/gmm.h"
#include "problem.h"
#include "reader.h"

enum { MOST_DIMENSIONS = 1000, MOST_COMPONENTS = 100000, MOST_POINTS = 100000000, MOST_UNKNOWNS = 1 << 28 };

void problem_open(const char *source, struct problem *problem) {
  struct reader reader;
  struct gmm *given = allocate(1, sizeof *given);
  reader_open(&reader, source, "");
  given->d = reader_integer(&reader, "the number of dimensions", 1, MOST_DIMENSIONS);
  given->k = reader_integer(&reader, "the number of components", 1, MOST_COMPONENTS);
  given->n = reader_integer(&reader, "the number of points", 1, MOST_POINTS);
  long unknowns = (long)given->k * (1 + given->d + gmm_factor_size(given->d));
  if (unknowns > MOST_UNKNOWNS || (long)given->n * given->d > MOST_UNKNOWNS)
    fail("%s: %d dimensions, %d components and %d points are too many", source, given->d, given->k, given->n);
  problem->inputs = (int)unknowns;
  problem->outputs = 1;
  problem->x = reader_numbers(&reader, problem->inputs, "an alpha, a mean or an entry of a factor");
  given->points = reader_numbers(&reader, given->n * given->d, "a coordinate of a point");
  given->gamma = reader_number(&reader, "the Wishart prior's gamma");
  given->m = reader_integer(&reader, "the Wishart prior's m", 0, MOST_POINTS);
  reader_close(&reader);
  if (given->gamma <= 0.0)
    fail("%s: the Wishart prior's gamma is %g, which is not positive", source, given->gamma);
  problem->given = given;
}
