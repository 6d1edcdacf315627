/* The free energy of a small system: a log-sum-exp over a table of levels that is built on the heap.
 *
 * The derivative with respect to the coupling goes through malloc, a function that fills memory, a maximum over a
 * loop (a choice that depends on the data), exp and log. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Energy levels of a chain whose neighbours interact. */
__attribute__((noinline)) static void fill_levels(double *level, int count, double coupling) {
  level[0] = 0.1;
  for (int i = 1; i < count; ++i)
    level[i] = 0.9 * level[i - 1] + coupling * sin(0.37 * i) + 0.02 * coupling * coupling * i;
}

static double log_sum_exp(const double *x, int count, double beta) {
  double largest = -beta * x[0];
  for (int i = 1; i < count; ++i)
    if (-beta * x[i] > largest)
      largest = -beta * x[i];
  double sum = 0.0;
  for (int i = 0; i < count; ++i)
    sum += exp(-beta * x[i] - largest);
  return largest + log(sum);
}

/* The free energy at inverse temperature `beta`. */
double free_energy(double coupling, double beta) {
  const int count = 200;
  double *level = malloc(sizeof(double) * count);
  if (!level)
    return NAN;
  fill_levels(level, count, coupling);
  double result = -log_sum_exp(level, count, beta) / beta;
  free(level);
  return result;
}

extern double __enzyme_fwddiff(void *, ...);
extern int enzyme_dup;

int main(void) {
  const double coupling = 0.8, beta = 1.7, step = 1e-6;
  double value = free_energy(coupling, beta);
  /* The derivative in the direction (coupling, beta) = (1, 0.5). */
  double derivative = __enzyme_fwddiff((void *)free_energy, enzyme_dup, coupling, 1.0, enzyme_dup, beta, 0.5);
  double difference_quotient =
      (free_energy(coupling + step, beta + 0.5 * step) - free_energy(coupling - step, beta - 0.5 * step)) / (2 * step);
  double error = fabs(derivative - difference_quotient);
  printf("free energy                   %.15g\n", value);
  printf("derivative by rsenzyme        %.15g\n", derivative);
  printf("derivative by differences     %.15g\n", difference_quotient);
  printf("their difference              %.3g\n", error);
  /* Central differences lose about step^2 to truncation and 1e-16/step to rounding. */
  return error <= 1e-7 * fmax(1.0, fabs(difference_quotient)) ? 0 : 1;
}
