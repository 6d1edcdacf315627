// Hand files: `N pose`, N lines of a vertex (complicated: a triangle) and where it was measured, complicated only: N lines of two
// barycentric coordinates, then the pose. Beside the file, in `model/`: `bones.txt`, `vertices.txt` and `triangles.txt`, whose
// items are separated by colons. A file with barycentric coordinates is told from one without by their presence.
#include "../objectives/hand.h"

#include <stdio.h>
#include <string.h>

#include "problem.h"
#include "reader.h"

enum { MOST_BONES = 1000, MOST_VERTICES = 10000000, MOST_POINTS = 10000000, UNUSED_NUMBERS = 5 };

// A file of the model that belongs to the problem in `source`.
static void open_model(struct reader *reader, const char *source, const char *name) {
  const char *slash = strrchr(source, '/');
  int folder = slash == NULL ? 0 : (int)(slash - source) + 1;
  size_t size = strlen(source) + strlen(name) + sizeof "model/";
  char *path = allocate(size, 1);
  snprintf(path, size, "%.*smodel/%s", folder, source, name);
  reader_open(reader, path, ":");
}

static int count_lines(const struct reader *reader) {
  int lines = 0;
  for (const char *c = reader->text; *c != '\0'; c++)
    if (*c == '\n' || (c[1] == '\0' && *c != '\n'))
      lines++;
  return lines;
}

// The upper three rows of a matrix of four, whose last row must be 0 0 0 1.
static void read_affine(struct reader *reader, double *map) {
  for (int i = 0; i < HAND_AFFINE; i++)
    map[i] = reader_number(reader, "an entry of a bone's matrix");
  for (int i = 0; i < 4; i++)
    if (reader_number(reader, "an entry of a bone's matrix") != (i == 3))
      fail("%s:%d: the last row of a bone's matrix is not 0 0 0 1", reader->path, reader->line);
}

static void read_bones(const char *source, struct hand *given) {
  struct reader reader;
  open_model(&reader, source, "bones.txt");
  int bones = count_lines(&reader);
  if (bones < 4 * HAND_FINGERS + 1 || bones > MOST_BONES)
    fail("%s: %d bones; a hand has at least %d", reader.path, bones, 4 * HAND_FINGERS + 1);
  int *parents = allocate((size_t)bones, sizeof *parents);
  double *relative = allocate((size_t)bones * HAND_AFFINE, sizeof *relative);
  double *inverse = allocate((size_t)bones * HAND_AFFINE, sizeof *inverse);
  for (int i = 0; i < bones; i++) {
    reader_word(&reader, "a bone's name");
    parents[i] = reader_integer(&reader, "the number of a bone's parent, which comes before it", -1, i - 1);
    read_affine(&reader, &relative[HAND_AFFINE * i]);
    read_affine(&reader, &inverse[HAND_AFFINE * i]);
  }
  reader_close(&reader);
  given->bones = bones;
  given->parents = parents;
  given->relative = relative;
  given->inverse = inverse;
}

static void read_vertices(const char *source, struct hand *given) {
  struct reader reader;
  open_model(&reader, source, "vertices.txt");
  int vertices = count_lines(&reader), influences = 0;
  if (vertices < 1 || vertices > MOST_VERTICES)
    fail("%s: %d vertices", reader.path, vertices);
  double *rest = allocate(3 * (size_t)vertices, sizeof *rest);
  int *first = allocate((size_t)vertices + 1, sizeof *first);
  int *bone = allocate((size_t)vertices * (size_t)given->bones, sizeof *bone);
  double *influence = allocate((size_t)vertices * (size_t)given->bones, sizeof *influence);
  for (int i = 0; i < vertices; i++) {
    for (int r = 0; r < 3; r++)
      rest[3 * i + r] = reader_number(&reader, "a vertex's coordinate");
    for (int j = 0; j < UNUSED_NUMBERS; j++)
      reader_number(&reader, "one of five numbers that are not used");
    int count = reader_integer(&reader, "the number of bones that move a vertex", 0, given->bones);
    for (int j = 0; j < count; j++) {
      bone[influences] = reader_integer(&reader, "the number of a bone", 0, given->bones - 1);
      influence[influences++] = reader_number(&reader, "how much a bone moves a vertex");
    }
    first[i + 1] = influences;
  }
  reader_close(&reader);
  given->vertices = vertices;
  given->rest = rest;
  given->first_influence = first;
  given->influence_bone = bone;
  given->influence = influence;
}

// Returns the number of triangles.
static int read_triangles(const char *source, struct hand *given) {
  struct reader reader;
  open_model(&reader, source, "triangles.txt");
  int triangles = count_lines(&reader);
  int *corners = allocate(3 * (size_t)triangles, sizeof *corners);
  for (int i = 0; i < 3 * triangles; i++)
    corners[i] = reader_integer(&reader, "the number of a vertex", 0, given->vertices - 1);
  reader_close(&reader);
  given->triangles = corners;
  return triangles;
}

// The unknowns: the pose first, whatever the order in the file.
static void read_unknowns(struct reader *reader, struct problem *problem, struct hand *given) {
  double *numbers = allocate(2 * (size_t)given->points + HAND_POSE, sizeof *numbers);
  int count = 0, with_barycentric = 2 * given->points + HAND_POSE;
  while (count < with_barycentric && !reader_at_end(reader))
    numbers[count++] = reader_number(reader, "a barycentric coordinate or a pose parameter");
  reader_close(reader);
  if (count != HAND_POSE && count != with_barycentric)
    fail("%s:%d: %d numbers after the points; a simple problem has %d, a complicated one %d", reader->path, reader->line, count,
         HAND_POSE, with_barycentric);
  given->complicated = count == with_barycentric;
  problem->inputs = count;
  problem->x = allocate((size_t)count, sizeof(double));
  int barycentric = count - HAND_POSE;
  memcpy(problem->x, numbers + barycentric, HAND_POSE * sizeof(double));
  memcpy(problem->x + HAND_POSE, numbers, (size_t)barycentric * sizeof(double));
}

void problem_open(const char *source, struct problem *problem) {
  struct reader reader;
  struct hand *given = allocate(1, sizeof *given);
  read_bones(source, given);
  read_vertices(source, given);
  int triangles = read_triangles(source, given);
  reader_open(&reader, source, "");
  int points = given->points = reader_integer(&reader, "the number of points", 1, MOST_POINTS);
  reader_integer(&reader, "the number of pose parameters", HAND_POSE, HAND_POSE);
  int *correspondences = allocate((size_t)points, sizeof *correspondences);
  double *targets = allocate(3 * (size_t)points, sizeof *targets);
  for (int i = 0; i < points; i++) {
    correspondences[i] = reader_integer(&reader, "the number of a vertex or triangle", 0, MOST_VERTICES);
    for (int r = 0; r < 3; r++)
      targets[3 * i + r] = reader_number(&reader, "where a point was measured");
  }
  given->correspondences = correspondences;
  given->targets = targets;
  read_unknowns(&reader, problem, given);
  for (int i = 0; i < points; i++)
    if (correspondences[i] >= (given->complicated ? triangles : given->vertices))
      fail("%s: point %d is at %s %d, which the model does not have", source, i, given->complicated ? "triangle" : "vertex",
           correspondences[i]);
  problem->outputs = 3 * points;
  problem->given = given;
  problem->jacobian_size = problem_directions(problem) * problem->outputs;
}

// Each pose parameter, and the first and the second barycentric coordinates of all points: a point has its own.
int problem_directions(const struct problem *problem) {
  const struct hand *given = problem->given;
  return HAND_POSE + (given->complicated ? 2 : 0);
}

void problem_seed(const struct problem *problem, int direction, double value, double *v) {
  const struct hand *given = problem->given;
  if (direction < HAND_POSE) {
    v[direction] = value;
    return;
  }
  for (int i = 0; i < given->points; i++)
    v[direction + 2 * i] = value;
}

void problem_take(const struct problem *problem, int direction, const double *dy, double *jacobian) {
  memcpy(&jacobian[(long)direction * problem->outputs], dy, (size_t)problem->outputs * sizeof *dy);
}
