// Temporary arrays that each iteration of an outer loop fills anew and reads afterwards, whole, in part, from other places than the loop that
// fills them; and some that are only nearly so: what an iteration leaves there is read by the next.
#include "check.h"

enum { ROWS = 5, COLUMNS = 7 };

static double row(const double *x, int i, int j) { return x[i * COLUMNS + j]; }

// Distances between rows: the difference is read by the square, and again by a triangle over pairs of its elements.
static double distances(const double *x, int n) {
  (void)n;
  double *t = malloc(COLUMNS * sizeof *t), sum = 0.0;
  for (int i = 0; i < ROWS; i++)
    for (int k = 0; k < ROWS; k++) {
      for (int j = 0; j < COLUMNS; j++)
        t[j] = row(x, i, j) - 0.5 * row(x, k, j);
      for (int j = 0; j < COLUMNS; j++) {
        double inner = 0.0;
        for (int l = j; l < COLUMNS; l++)
          inner += t[l] * t[l] * (1 + l - j);
        sum += sin(0.1 * inner) * t[COLUMNS - 1 - j];
      }
    }
  free(t);
  return sum;
}

// In single precision on the stack, scaled by a number of the row, as far as the last row says.
static double scaled(const double *x, int n) {
  float t[COLUMNS], y[COLUMNS];
  int columns = n / ROWS;
  double sum = 0.0;
  for (int j = 0; j < columns; j++)
    y[j] = (float)(1 + j) * 0.25f;
  for (int i = 0; i < ROWS; i++) {
    float scale = (float)x[i];
    for (int j = 0; j < columns; j++)
      t[j] = y[j] * scale;
    for (int j = 0; j < columns; j++)
      sum += (double)(t[j] * t[columns - 1 - j] * t[j]);
  }
  return sum;
}

static void scaled_jvp(const double *x, const double *v, int n, double *dy, int m) {
  (void)m;
  int columns = n / ROWS;
  double products = 0.0, sum = 0.0;
  for (int j = 0; j < columns; j++)
    products += (1 + j) * (1 + j) * (columns - j) / 64.0;
  for (int i = 0; i < ROWS; i++)
    sum += 3.0 * x[i] * x[i] * products * v[i];
  dy[0] = sum;
}

// Rows get shorter: behind the end is what longer rows have left.
static double shorter(const double *x, int n) {
  (void)n;
  double t[COLUMNS] = {0}, sum = 0.0;
  for (int i = 0; i < ROWS; i++) {
    for (int j = 0; j < COLUMNS - i; j++)
      t[j] = row(x, i, j) * 1.5;
    for (int j = 0; j < COLUMNS; j++)
      sum += t[j] * t[j] * t[j];
  }
  return sum;
}

// Every other iteration keeps what was there; and the first loop reads what the iteration before has left.
static double kept(const double *x, int n) {
  (void)n;
  double t[COLUMNS], sum = 0.0;
  for (int j = 0; j < COLUMNS; j++)
    t[j] = 0.25 * j;
  for (int i = 0; i < ROWS; i++) {
    for (int j = 0; j < COLUMNS; j++)
      sum += t[j] * t[j] * (i + 1);
    if (i % 2 == 0)
      for (int j = 0; j < COLUMNS; j++)
        t[j] = row(x, i, j) - x[j];
    for (int j = 0; j < COLUMNS; j++)
      sum += exp(0.3 * t[j]);
  }
  return sum;
}

// What the temporary array is made from is overwritten later in the same iteration.
static void smoothed(double *x, int n) {
  double t[ROWS * COLUMNS];
  for (int round = 0; round < 3; round++) {
    for (int j = 0; j < n - 1; j++)
      t[j] = x[j] - x[j + 1];
    for (int j = 0; j < n - 1; j++)
      x[j] += 0.1 * t[j] * t[j];
  }
}

int main(void) {
  double x[ROWS * COLUMNS];
  for (int i = 0; i < ROWS * COLUMNS; i++)
    x[i] = cos(0.9 * i) + 0.01 * i;
  CHECK_FUNCTIONAL(distances, ROWS * COLUMNS, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(scaled, ROWS * COLUMNS, x, scaled_jvp, SINGLE);
  CHECK_FUNCTIONAL(shorter, ROWS * COLUMNS, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(kept, ROWS * COLUMNS, x, 0, NUMERIC);
  CHECK_IN_PLACE(smoothed, ROWS * COLUMNS, x, 0, NUMERIC);
  return check_report();
}
