// Hand tracking: how far measured points are from a mesh that a skeleton moves (linear blend skinning). All of the mesh is posed,
// as for showing it; its size is what the big and the small problems differ by.
#include "hand.h"

#include "scalar.h"

// c = a b for affine maps.
static void compose(const real *RESTRICT a, const real *RESTRICT b, real *RESTRICT c) {
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 4; j++)
      c[4 * i + j] = a[4 * i] * b[j] + a[4 * i + 1] * b[4 + j] + a[4 * i + 2] * b[8 + j];
    c[4 * i + 3] += a[4 * i + 3];
  }
}

static void load_affine(const double *RESTRICT given, real *RESTRICT map) {
  for (int i = 0; i < HAND_AFFINE; i++)
    map[i] = given[i];
}

// A joint's turn: flexion about x, then abduction about z.
static void joint_turn(real flexion, real abduction, real *turn) {
  real cx = cos(flexion), sx = sin(flexion), cz = cos(abduction), sz = sin(abduction);
  real rows[HAND_AFFINE] = {cz, -sz * cx, sz * sx, 0.0, sz, cz * cx, -cz * sx, 0.0, 0.0, sx, cx, 0.0};
  for (int i = 0; i < HAND_AFFINE; i++)
    turn[i] = rows[i];
}

// The turn about an axis by its length. At zero the formula's limit, which has the right first derivative.
static void axis_turn(const real *RESTRICT v, real *RESTRICT turn) {
  real square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
  real about = 1.0, sine = 1.0, cosine = 1.0, versine = 0.0;
  if (RE(square) != 0.0) {
    about = 1.0 / sqrt(square);
    sine = sin(sqrt(square));
    cosine = cos(sqrt(square));
    versine = 1.0 - cosine;
  }
  real x = v[0] * about, y = v[1] * about, z = v[2] * about;
  turn[0] = x * x * versine + cosine;
  turn[1] = x * y * versine - z * sine;
  turn[2] = x * z * versine + y * sine;
  turn[3] = x * y * versine + z * sine;
  turn[4] = y * y * versine + cosine;
  turn[5] = y * z * versine - x * sine;
  turn[6] = x * z * versine - y * sine;
  turn[7] = y * z * versine + x * sine;
  turn[8] = z * z * versine + cosine;
}

// Each joint's flexion and abduction, by bone. A finger has four bones; the last three of them turn.
static void joint_angles(int bones, const real *RESTRICT pose, real *RESTRICT angles) {
  for (int i = 0; i < 2 * bones; i++)
    angles[i] = 0.0;
  for (int finger = 0; finger < HAND_FINGERS; finger++) {
    const real *of_finger = &pose[6 + 4 * finger];
    real *first = &angles[2 * (4 * finger + 2)];
    first[0] = of_finger[0];
    first[1] = of_finger[1];
    first[2] = of_finger[2];
    first[4] = of_finger[3];
  }
}

// For each bone the map from the mesh at rest to where the bone carries it; `absolute` is where the bones are.
static void bone_maps(const struct hand *given, const real *RESTRICT angles, real *RESTRICT absolute, real *RESTRICT maps) {
  for (int bone = 0; bone < given->bones; bone++) {
    real turn[HAND_AFFINE], relative[HAND_AFFINE], rest[HAND_AFFINE], inverse[HAND_AFFINE];
    joint_turn(angles[2 * bone], angles[2 * bone + 1], turn);
    load_affine(&given->relative[HAND_AFFINE * bone], rest);
    load_affine(&given->inverse[HAND_AFFINE * bone], inverse);
    real *own = &absolute[HAND_AFFINE * bone];
    int parent = given->parents[bone];
    if (parent < 0) {
      compose(rest, turn, own);
    } else {
      compose(rest, turn, relative);
      compose(&absolute[HAND_AFFINE * parent], relative, own);
    }
    compose(own, inverse, &maps[HAND_AFFINE * bone]);
  }
}

// The posed mesh, vertices x 3.
static void skin(const struct hand *given, const real *RESTRICT pose, const real *RESTRICT maps, real *RESTRICT posed) {
  real turn[9];
  axis_turn(pose, turn);
  for (int vertex = 0; vertex < given->vertices; vertex++) {
    const double *rest = &given->rest[3 * vertex];
    real blended[3] = {0.0, 0.0, 0.0};
    for (int i = given->first_influence[vertex]; i < given->first_influence[vertex + 1]; i++) {
      const real *map = &maps[HAND_AFFINE * given->influence_bone[i]];
      double influence = given->influence[i];
      for (int r = 0; r < 3; r++)
        blended[r] += influence * (map[4 * r] * rest[0] + map[4 * r + 1] * rest[1] + map[4 * r + 2] * rest[2] + map[4 * r + 3]);
    }
    for (int r = 0; r < 3; r++)
      posed[3 * vertex + r] = turn[3 * r] * blended[0] + turn[3 * r + 1] * blended[1] + turn[3 * r + 2] * blended[2] + pose[3 + r];
  }
}

static void vertex_distances(const struct hand *given, const real *RESTRICT posed, real *RESTRICT distances) {
  for (int i = 0; i < given->points; i++)
    for (int r = 0; r < 3; r++)
      distances[3 * i + r] = given->targets[3 * i + r] - posed[3 * given->correspondences[i] + r];
}

static void triangle_distances(const struct hand *given, const real *RESTRICT barycentric, const real *RESTRICT posed,
                               real *RESTRICT distances) {
  for (int i = 0; i < given->points; i++) {
    const int *triangle = &given->triangles[3 * given->correspondences[i]];
    real a = barycentric[2 * i], b = barycentric[2 * i + 1];
    for (int r = 0; r < 3; r++)
      distances[3 * i + r] = given->targets[3 * i + r] - (a * posed[3 * triangle[0] + r] + b * posed[3 * triangle[1] + r] +
                                                          (1.0 - a - b) * posed[3 * triangle[2] + r]);
  }
}

// `barycentric` is read only if the problem is complicated.
static void hand(const struct hand *given, const real *RESTRICT pose, const real *RESTRICT barycentric, real *RESTRICT distances) {
  real *angles = REALS(2 * given->bones);
  real *absolute = REALS(HAND_AFFINE * given->bones);
  real *maps = REALS(HAND_AFFINE * given->bones);
  real *posed = REALS(3 * given->vertices);
  joint_angles(given->bones, pose, angles);
  bone_maps(given, angles, absolute, maps);
  skin(given, pose, maps, posed);
  if (given->complicated)
    triangle_distances(given, barycentric, posed, distances);
  else
    vertex_distances(given, posed, distances);
  RELEASE(angles);
  RELEASE(absolute);
  RELEASE(maps);
  RELEASE(posed);
}

ENTRY_LINKAGE void ENTRY(const struct hand *given, const real *RESTRICT x, real *RESTRICT y) { hand(given, x, x + HAND_POSE, y); }
