// The library's qsort on active data: its derivative is the permutation. Numbers, structures with numbers and text, addresses of such, and elements
// that compare equal, which the C library leaves in order.
#include "check.h"

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int by_size(const void *a, const void *b) {
  double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
  return (x < y) - (x > y);
}

static double ranked(const double *x, int n) {
  double values[8], s = 0;
  for (int i = 0; i < n; i++)
    values[i] = x[i] * x[(i + 1) % n];
  qsort(values, (size_t)n, sizeof values[0], ascending);
  for (int i = 0; i < n; i++)
    s += values[i] * values[i] * (i + 1);
  qsort(values, (size_t)n, sizeof *values, by_size);
  for (int i = 0; i < n; i++)
    s += values[i] * (n - i) * values[0];
  return s;
}

// In place, what was the input.
static void in_order(double *x, int n) {
  for (int i = 0; i < n; i++)
    x[i] = sin(2 * x[i]);
  qsort(x, (size_t)n, sizeof *x, ascending);
  for (int i = 1; i < n; i++)
    x[i] *= x[i - 1];
}

struct sample {
  int label;
  double weight;
  char name[5];
  double value;
};

static int by_value(const void *a, const void *b) {
  const struct sample *x = a, *y = b;
  return x->value < y->value ? -1 : x->value > y->value;
}

static int by_parity(const void *a, const void *b) {
  return ((const struct sample *)a)->label % 2 - ((const struct sample *)b)->label % 2;
}

static double samples(const double *x, int n) {
  struct sample *all = malloc((size_t)n * sizeof *all);
  for (int i = 0; i < n; i++) {
    all[i].label = i;
    all[i].weight = x[i] * 2;
    all[i].value = x[(i + 2) % n] * x[i];
    strcpy(all[i].name, i % 2 ? "odd" : "even");
  }
  qsort(all, (size_t)n, sizeof *all, by_value);
  double s = 0;
  for (int i = 0; i < n; i++)
    s += all[i].weight * all[i].value * (i + 1) * (double)strlen(all[i].name);
  qsort(all, (size_t)n, sizeof *all, by_parity);
  for (int i = 0; i < n; i++)
    s = s * 0.5 + all[i].value * all[i].label * all[i].weight;
  free(all);
  return s;
}

static int by_weight(const void *a, const void *b) {
  const struct sample *x = *(const struct sample *const *)a, *y = *(const struct sample *const *)b;
  return (x->weight > y->weight) - (x->weight < y->weight);
}

// Addresses are sorted, by what they lead to.
static double addresses(const double *x, int n) {
  struct sample all[6], *order[6];
  for (int i = 0; i < n; i++) {
    all[i].label = i;
    all[i].weight = x[i] * x[n - 1 - i] + 0.01 * i;
    all[i].value = x[i];
    order[i] = &all[i];
  }
  qsort(order, (size_t)n, sizeof *order, by_weight);
  double s = 1;
  for (int i = 0; i < n; i++) {
    s = s * 0.9 + order[i]->value * order[i]->weight * (i + 1);
    order[i]->value = s;
  }
  return s * all[2].value;
}

// The quartiles of a list, as statistics take them; its length is known only when the program runs.
static double quartiles(const double *x, int n) {
  int count = 5 * n + 2;
  double *values = calloc((size_t)count, sizeof *values);
  for (int i = 0; i < count; i++)
    values[i] = x[i % n] * cos(i * 1.3);
  qsort(values, (size_t)count, sizeof *values, ascending);
  double range = values[3 * count / 4] - values[count / 4];
  double middle = values[count / 2];
  free(values);
  return range * middle + range * range;
}

int main(void) {
  const double x[5] = {0.6, -0.4, 0.8, 1.1, 0.25};
  CHECK_FUNCTIONAL(ranked, 5, x, 0, NUMERIC);
  CHECK_IN_PLACE(in_order, 5, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(samples, 5, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(addresses, 5, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(quartiles, 5, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(ranked, 1, x, 0, NUMERIC);
  return check_report();
}
