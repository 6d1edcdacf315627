// BA files: `n m p`, 11 camera parameters, 3 coordinates of a point, 1 weight, 2 coordinates of a feature. All cameras, points,
// weights and features are the same; observation i is of camera i mod n and point i mod m.
#include "../objectives/ba.h"
#include "problem.h"
#include "reader.h"

enum { MOST = 10000000 };

// `count` copies of `size` numbers.
static void repeat(const double *numbers, int size, int count, double *copies) {
  for (int i = 0; i < count; i++)
    for (int j = 0; j < size; j++)
      copies[size * i + j] = numbers[j];
}

static int *indices(int count, int modulus) {
  int *numbers = allocate((size_t)count, sizeof *numbers);
  for (int i = 0; i < count; i++)
    numbers[i] = i % modulus;
  return numbers;
}

void problem_open(const char *source, struct problem *problem) {
  struct reader reader;
  struct ba *given = allocate(1, sizeof *given);
  reader_open(&reader, source, "");
  int n = given->cameras = reader_integer(&reader, "the number of cameras", 1, MOST);
  int m = given->points = reader_integer(&reader, "the number of points", 1, MOST);
  int p = given->observations = reader_integer(&reader, "the number of observations", 1, MOST);
  const double *camera = reader_numbers(&reader, BA_CAMERA, "a camera's parameter");
  const double *point = reader_numbers(&reader, BA_POINT, "a point's coordinate");
  const double *weight = reader_numbers(&reader, 1, "a weight");
  const double *feature = reader_numbers(&reader, 2, "a feature's coordinate");
  reader_close(&reader);
  problem->inputs = BA_CAMERA * n + BA_POINT * m + p;
  problem->outputs = 3 * p;
  problem->jacobian_size = (2 * BA_ROW + 1) * p;
  problem->x = allocate((size_t)problem->inputs, sizeof(double));
  repeat(camera, BA_CAMERA, n, problem->x);
  repeat(point, BA_POINT, m, problem->x + BA_CAMERA * n);
  repeat(weight, 1, p, problem->x + BA_CAMERA * n + BA_POINT * m);
  double *features = allocate(2 * (size_t)p, sizeof *features);
  repeat(feature, 2, p, features);
  given->features = features;
  given->camera = indices(p, n);
  given->point = indices(p, m);
  problem->given = given;
}

int problem_colors(const struct problem *problem) {
  (void)problem;
  return BA_ROW;
}

int problem_color(const struct problem *problem, int input) {
  const struct ba *given = problem->given;
  int points = BA_CAMERA * given->cameras, weights = points + BA_POINT * given->points;
  if (input < points)
    return input % BA_CAMERA;
  if (input < weights)
    return BA_CAMERA + (input - points) % BA_POINT;
  return BA_CAMERA + BA_POINT;
}

static double dot(int n, const double *a, const double *b) {
  double sum = 0.0;
  for (int i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

void problem_multiply(const struct problem *problem, const double *jacobian, const double *v, double *dy) {
  const struct ba *given = problem->given;
  int p = given->observations;
  const double *points = v + BA_CAMERA * given->cameras, *weights = points + BA_POINT * given->points;
  for (int i = 0; i < p; i++) {
    const double *camera = &v[BA_CAMERA * given->camera[i]], *point = &points[BA_POINT * given->point[i]];
    for (int row = 0; row < 2; row++) {
      const double *entries = &jacobian[BA_ROW * (2 * i + row)];
      dy[2 * i + row] = dot(BA_CAMERA, entries, camera) + dot(BA_POINT, entries + BA_CAMERA, point) +
                        entries[BA_CAMERA + BA_POINT] * weights[i];
    }
    dy[2 * p + i] = jacobian[2 * BA_ROW * p + i] * weights[i];
  }
}
