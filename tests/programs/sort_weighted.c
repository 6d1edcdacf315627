// Sorting moves derivatives with their values: insertion sort, heap sort, and the permutation applied to weights.
#include "check.h"

static void insertion(double *x, int n) {
  for (int i = 1; i < n; i++) {
    double key = x[i];
    int j = i - 1;
    for (; j >= 0 && x[j] > key; j--)
      x[j + 1] = x[j];
    x[j + 1] = key;
  }
}

static void sift(double *x, int start, int end) {
  for (int child; (child = 2 * start + 1) < end; start = child) {
    if (child + 1 < end && x[child] < x[child + 1])
      child++;
    if (x[start] >= x[child])
      return;
    double t = x[start];
    x[start] = x[child];
    x[child] = t;
  }
}

static double ranked(const double *x, int n) {
  double a[16], b[16], s = 0;
  for (int i = 0; i < n; i++)
    a[i] = b[i] = x[i] * x[(i + 1) % n];
  insertion(a, n);
  for (int i = n / 2 - 1; i >= 0; i--)
    sift(b, i, n);
  for (int end = n - 1; end > 0; end--) {
    double t = b[0];
    b[0] = b[end];
    b[end] = t;
    sift(b, 0, end);
  }
  for (int i = 0; i < n; i++)
    s += (i + 1) * a[i] * b[n - 1 - i];
  return s;
}

static void sorted_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  for (int i = 0; i < n; i++) {
    int rank = 0;
    for (int j = 0; j < n; j++)
      rank += x[j] < x[i];
    dy[rank] = v[i];
  }
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -2.6, 0.4, 0.9};
  CHECK_IN_PLACE(insertion, 7, x, sorted_jvp, EXACT);
  CHECK_FUNCTIONAL(ranked, 7, x, 0, NUMERIC);
  return check_report();
}
