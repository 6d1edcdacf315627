// What is declared as an integer, is an element of nothing, and is only moved: it may be one, or the bits of a double.
#include "check.h"
#include <stdint.h>

// Doubles that are only ever copied as integers. Strict aliasing forbids it; their derivatives move with them all the same.
__attribute__((noinline)) static int64_t get(const int64_t *from, int at) { return from[at]; }

static void doubles(const double *restrict x, int n, double *restrict y, int m) {
  for (int i = 0; i < m; i++)
    ((int64_t *)y)[i] = get((const int64_t *)x, n - 1 - i);
  __asm__ volatile("" ::: "memory");
}

// Doubles that are copied into memory of integers, which C allows, and change places there.
static void rotated(const double *restrict x, int n, double *restrict y, int m) {
  int64_t bits[8];
  memcpy(bits, x, (size_t)n * sizeof *x);
  int64_t last = bits[n - 1];
  for (int i = n - 1; i > 0; i--)
    bits[i] = bits[i - 1];
  bits[0] = last;
  memcpy(y, bits, (size_t)m * sizeof *y);
  for (int i = 0; i < m; i++)
    y[i] = sin(y[i]) * x[i];
}

// Integers that are: ranks beside the keys of a sort, exchanged one by one.
struct pair {
  double key;
  int64_t rank;
};

__attribute__((noinline)) static void exchange(int64_t *a, int64_t *b) {
  int64_t kept = *a;
  *a = *b;
  *b = kept;
}

static void sorted(const double *restrict x, int n, double *restrict y, int m) {
  struct pair pairs[8];
  for (int i = 0; i < n; i++)
    pairs[i] = (struct pair){x[i], i};
  for (int i = 1; i < n; i++)
    for (int j = i; j > 0 && pairs[j].key < pairs[j - 1].key; j--) {
      double key = pairs[j].key;
      pairs[j].key = pairs[j - 1].key;
      pairs[j - 1].key = key;
      exchange(&pairs[j].rank, &pairs[j - 1].rank);
    }
  for (int i = 0; i < m; i++)
    y[i] = pairs[i].key * x[(pairs[i].rank + 1) % n];
}

static void doubles_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)x;
  for (int i = 0; i < m; i++)
    dy[i] = v[n - 1 - i];
}

static void rotated_jvp(const double *x, const double *v, int n, double *dy, int m) {
  for (int i = 0; i < m; i++) {
    int from = (i + n - 1) % n;
    dy[i] = cos(x[from]) * v[from] * x[i] + sin(x[from]) * v[i];
  }
}

static void sorted_jvp(const double *x, const double *v, int n, double *dy, int m) {
  for (int i = 0; i < m; i++) {
    int at = 0;
    // The element of which i are smaller.
    for (int j = 0; j < n; j++) {
      int smaller = 0;
      for (int k = 0; k < n; k++)
        smaller += x[k] < x[j];
      if (smaller == i)
        at = j;
    }
    int next = (at + 1) % n;
    dy[i] = v[at] * x[next] + x[at] * v[next];
  }
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8};
  CHECK_MAP(doubles, 4, 4, x, doubles_jvp, EXACT);
  CHECK_MAP(rotated, 4, 4, x, rotated_jvp, EXACT);
  CHECK_MAP(sorted, 4, 4, x, sorted_jvp, EXACT);
  return check_report();
}
