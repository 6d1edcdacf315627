// The dense Jacobian of hand tracking, direction by direction, by forward mode in chunks of WIDTH directions: the pose parameters, then
// the first and the second barycentric coordinates of all points. 14 was the fastest width (docs/testing.md).
#include "enzyme.h"

#include <string.h>

#ifndef WIDTH
#define WIDTH 14
#endif

static void seed(const struct hand *given, int direction, double value, double *dx) {
  if (direction < HAND_POSE) {
    dx[direction] = value;
    return;
  }
  for (int i = 0; i < given->points; i++)
    dx[direction + 2 * i] = value;
}

void forward_jacobian(const void *constants, const double *x, double *y, double *jacobian) {
  const struct hand *given = constants;
  int directions = HAND_POSE + (given->complicated ? 2 : 0), outputs = 3 * given->points;
  size_t inputs = HAND_POSE + (given->complicated ? 2 * (size_t)given->points : 0);
  double *dx = calloc(WIDTH * inputs, sizeof *dx), *rest = NULL;
  for (int first = 0; first < directions; first += WIDTH) {
    int count = directions - first < WIDTH ? directions - first : WIDTH;
    for (int k = 0; k < count; k++)
      seed(given, first + k, 1.0, dx + inputs * (size_t)k);
    double *columns = jacobian + (long)first * outputs;
    double *dy = count == WIDTH ? columns : (rest = malloc(sizeof(double) * WIDTH * (size_t)outputs));
    __enzyme_fwddiff((void *)objective, enzyme_width, WIDTH, enzyme_const, given, enzyme_dupv, sizeof(double) * inputs, x, dx,
                     enzyme_dupv, sizeof(double) * (size_t)outputs, y, dy);
    if (dy == rest)
      memcpy(columns, rest, sizeof(double) * (size_t)count * (size_t)outputs);
    for (int k = 0; k < count; k++)
      seed(given, first + k, 0.0, dx + inputs * (size_t)k);
  }
  free(rest);
  free(dx);
}
