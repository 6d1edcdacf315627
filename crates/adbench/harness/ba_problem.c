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

int problem_directions(const struct problem *problem) {
  (void)problem;
  return BA_ROW;
}

// Every `stride`-th number from `first`.
static void set(double value, int first, int stride, int count, double *v) {
  for (int i = 0; i < count; i++)
    v[first + stride * i] = value;
}

void problem_seed(const struct problem *problem, int direction, double value, double *v) {
  const struct ba *given = problem->given;
  int points = BA_CAMERA * given->cameras, weights = points + BA_POINT * given->points;
  if (direction < BA_CAMERA)
    set(value, direction, BA_CAMERA, given->cameras, v);
  else if (direction < BA_CAMERA + BA_POINT)
    set(value, points + direction - BA_CAMERA, BA_POINT, given->points, v);
  else
    set(value, weights, 1, given->observations, v);
}

void problem_take(const struct problem *problem, int direction, const double *dy, double *jacobian) {
  const struct ba *given = problem->given;
  int p = given->observations;
  for (int i = 0; i < 2 * p; i++)
    jacobian[BA_ROW * i + direction] = dy[i];
  if (direction == BA_ROW - 1)
    for (int i = 0; i < p; i++)
      jacobian[2 * BA_ROW * p + i] = dy[2 * p + i];
}
