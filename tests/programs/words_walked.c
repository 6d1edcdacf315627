// Structures of addresses, numbers and integers that are moved word by word, with an index that nothing is known of: neither all addresses nor all numbers.
#include "check.h"
#include <stdint.h>

struct record {
  const double *at;
  double weight;
  int64_t id;
  double offset;
};

__attribute__((noinline)) static void swap_words(void *a, void *b, size_t words) {
  for (size_t i = 0; i < words; i++) {
    uint64_t x, y;
    memcpy(&x, (char *)a + 8 * i, 8);
    memcpy(&y, (char *)b + 8 * i, 8);
    memcpy((char *)a + 8 * i, &y, 8);
    memcpy((char *)b + 8 * i, &x, 8);
  }
}

__attribute__((noinline)) static void move_words(void *to, const void *from, size_t words) {
  while (words--)
    memcpy((char *)to + 8 * words, (const char *)from + 8 * words, 8);
}

static double f(const double *x, int n) {
  struct record *records = malloc((size_t)n * sizeof *records), spare;
  for (int i = 0; i < n; i++)
    records[i] = (struct record){x + (i + 1) % n, x[i] * x[i], i, sin(x[i])};
  for (int i = 0; i + 1 < n; i += 2)
    swap_words(records + i, records + i + 1, sizeof *records / 8);
  move_words(&spare, records, sizeof spare / 8);
  double r = 0;
  for (int i = 0; i < n; i++)
    r += (double)(records[i].id + i) * sin(*records[i].at) * records[i].weight + records[i].offset;
  r += *spare.at * spare.weight * spare.offset * (double)(1 + spare.id);
  free(records);
  return r;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.9};
  CHECK_FUNCTIONAL(f, 5, x, 0, NUMERIC);
  return check_report();
}
