// The gradient and the dense Jacobian of hand tracking by hand. The mesh is posed as in the objective; derivatives are taken only of the
// vertices at which there are points.
#define OBJECTIVE_WITHOUT_ENTRY
#include "../objectives/hand.c"

#include <string.h>

enum { ANGLES = 20 };

// The objective's intermediate numbers, and the bones at rest in their parents' frames with their joints turned.
struct pose {
  double *angles, *absolute, *maps, *posed, *relative;
  double turn[9], turn_by[3][9]; // the global rotation, and by its three numbers
};

// The derivatives of axis_turn.
static void axis_turn_by(const double *v, double by[3][9]) {
  double square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2], angle = sqrt(square), s = sin(angle), c = cos(angle);
  for (int k = 0; k < 3; k++) {
    double n[3] = {0.0, 0.0, 0.0}, dn[3] = {k == 0, k == 1, k == 2}, along = 0.0, sine = 1.0, versine = 0.0;
    if (square != 0.0) {
      for (int i = 0; i < 3; i++)
        n[i] = v[i] / angle;
      for (int i = 0; i < 3; i++)
        dn[i] = (dn[i] - n[i] * n[k]) / angle;
      along = n[k];
      sine = s;
      versine = 1.0 - c;
    }
    // R = c 1 + s [n] + (1 - c) n n'
    double a[3];
    for (int i = 0; i < 3; i++)
      a[i] = sine * dn[i] + c * along * n[i];
    double skew[9] = {0.0, -a[2], a[1], a[2], 0.0, -a[0], -a[1], a[0], 0.0};
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++)
        by[k][3 * i + j] = skew[3 * i + j] + s * along * (n[i] * n[j] - (i == j)) + versine * (dn[i] * n[j] + n[i] * dn[j]);
  }
}

// The derivatives of joint_turn, by flexion or by abduction.
static void joint_turn_by(int abduction, const double *angles, double *by) {
  double cx = cos(angles[0]), sx = sin(angles[0]), cz = cos(angles[1]), sz = sin(angles[1]);
  double flexion[9] = {0.0, sz * sx, sz * cx, 0.0, -cz * sx, -cz * cx, 0.0, cx, -sx};
  double abducted[9] = {-sz, -cz * cx, cz * sx, cz, -sz * cx, sz * sx, 0.0, 0.0, 0.0};
  memcpy(by, abduction ? abducted : flexion, sizeof flexion);
}

// The bone that an angle of the pose turns; whether it is its abduction.
static int joint_of(int angle, int *abduction) {
  static const int BONES[4] = {2, 2, 3, 4};
  *abduction = angle % 4 == 1;
  return 4 * (angle / 4) + BONES[angle % 4];
}

static void open_pose(const struct hand *given, const double *x, struct pose *pose) {
  size_t bones = (size_t)given->bones;
  pose->angles = malloc(sizeof(double) * (2 * bones + 3 * HAND_AFFINE * bones + 3 * (size_t)given->vertices));
  pose->absolute = pose->angles + 2 * bones;
  pose->maps = pose->absolute + HAND_AFFINE * bones;
  pose->relative = pose->maps + HAND_AFFINE * bones;
  pose->posed = pose->relative + HAND_AFFINE * bones;
  joint_angles(given->bones, x, pose->angles);
  bone_maps(given, pose->angles, pose->absolute, pose->maps);
  skin(given, x, pose->maps, pose->posed);
  for (int bone = 0; bone < given->bones; bone++) {
    double turn[HAND_AFFINE];
    joint_turn(pose->angles[2 * bone], pose->angles[2 * bone + 1], turn);
    compose(&given->relative[HAND_AFFINE * bone], turn, &pose->relative[HAND_AFFINE * bone]);
  }
  axis_turn(x, pose->turn);
  axis_turn_by(x, pose->turn_by);
}

static void distances(const struct hand *given, const double *x, const struct pose *pose, double *y) {
  if (given->complicated)
    triangle_distances(given, x + HAND_POSE, pose->posed, y);
  else
    vertex_distances(given, pose->posed, y);
}

// The vertices that a point is measured at, and their shares; returns how many.
static int corners_of(const struct hand *given, const double *x, int point, int *corners, double *shares) {
  int at = given->correspondences[point];
  if (!given->complicated) {
    corners[0] = at;
    shares[0] = 1.0;
    return 1;
  }
  const double *barycentric = &x[HAND_POSE + 2 * point];
  memcpy(corners, &given->triangles[3 * at], 3 * sizeof *corners);
  shares[0] = barycentric[0];
  shares[1] = barycentric[1];
  shares[2] = 1.0 - barycentric[0] - barycentric[1];
  return 3;
}

static void apply(const double *map, const double *v, double *out) {
  for (int r = 0; r < 3; r++)
    out[r] = map[4 * r] * v[0] + map[4 * r + 1] * v[1] + map[4 * r + 2] * v[2] + map[4 * r + 3];
}

// c = a b for a map b whose last row is zero.
static void compose_linear(const double *a, const double *b, double *c) {
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 4; j++)
      c[4 * i + j] = a[4 * i] * b[j] + a[4 * i + 1] * b[4 + j] + a[4 * i + 2] * b[8 + j];
}

// For each angle the derivatives of all maps, and for each bone the angles that move it: `count[bone]` many in `moving`.
static void maps_by_angles(const struct hand *given, const struct pose *pose, double *maps_by, int *moving, int *count) {
  int bones = given->bones;
  double *absolute_by = malloc(sizeof(double) * HAND_AFFINE * (size_t)bones);
  memset(count, 0, sizeof *count * (size_t)bones);
  for (int angle = 0; angle < ANGLES; angle++) {
    int abduction, joint = joint_of(angle, &abduction), *moved = calloc((size_t)bones, sizeof *moved);
    double by[9], turn[HAND_AFFINE] = {0.0}, relative[HAND_AFFINE];
    joint_turn_by(abduction, &pose->angles[2 * joint], by);
    for (int i = 0; i < 9; i++)
      turn[4 * (i / 3) + i % 3] = by[i];
    compose_linear(&given->relative[HAND_AFFINE * joint], turn, relative);
    for (int bone = joint; bone < bones; bone++) {
      double *own = &absolute_by[HAND_AFFINE * bone];
      int parent = given->parents[bone];
      if (bone == joint && parent < 0)
        memcpy(own, relative, sizeof relative);
      else if (bone == joint)
        compose_linear(&pose->absolute[HAND_AFFINE * parent], relative, own);
      else if (parent >= 0 && moved[parent])
        compose(&absolute_by[HAND_AFFINE * parent], &pose->relative[HAND_AFFINE * bone], own);
      else
        continue;
      moved[bone] = 1;
      moving[ANGLES * bone + count[bone]++] = angle;
      compose(own, &given->inverse[HAND_AFFINE * bone], &maps_by[((long)angle * bones + bone) * HAND_AFFINE]);
    }
    free(moved);
  }
  free(absolute_by);
}

// What a corner with a share of a point adds to the columns of the Jacobian, of which a point has three rows.
static void add_corner(const struct hand *given, const struct pose *pose, const double *maps_by, const int *moving, const int *count,
                       int corner, double share, double *restrict rows, long outputs) {
  const double *rest = &given->rest[3 * corner];
  double blended[3] = {0.0, 0.0, 0.0}, out[3];
  for (int i = given->first_influence[corner]; i < given->first_influence[corner + 1]; i++) {
    int bone = given->influence_bone[i];
    double influence = given->influence[i];
    apply(&pose->maps[HAND_AFFINE * bone], rest, out);
    for (int r = 0; r < 3; r++)
      blended[r] += influence * out[r];
    for (int m = 0; m < count[bone]; m++) {
      int angle = moving[ANGLES * bone + m];
      apply(&maps_by[((long)angle * given->bones + bone) * HAND_AFFINE], rest, out);
      for (int r = 0; r < 3; r++)
        rows[(6 + angle) * outputs + r] -=
            share * influence * (pose->turn[3 * r] * out[0] + pose->turn[3 * r + 1] * out[1] + pose->turn[3 * r + 2] * out[2]);
    }
  }
  for (int k = 0; k < 3; k++)
    for (int r = 0; r < 3; r++) {
      const double *by = &pose->turn_by[k][3 * r];
      rows[k * outputs + r] -= share * (by[0] * blended[0] + by[1] * blended[1] + by[2] * blended[2]);
    }
  for (int r = 0; r < 3; r++)
    rows[(3 + r) * outputs + r] -= share;
}

void manual_jacobian(const void *constants, const double *restrict x, double *restrict y, double *restrict jacobian) {
  const struct hand *given = constants;
  struct pose pose;
  size_t bones = (size_t)given->bones;
  long outputs = 3 * given->points;
  double *maps_by = malloc(sizeof(double) * HAND_AFFINE * ANGLES * bones);
  int *moving = malloc(sizeof(int) * (ANGLES + 1) * bones), *count = moving + ANGLES * bones;
  open_pose(given, x, &pose);
  distances(given, x, &pose, y);
  maps_by_angles(given, &pose, maps_by, moving, count);
  memset(jacobian, 0, sizeof(double) * HAND_POSE * (size_t)outputs);
  for (int i = 0; i < given->points; i++) {
    int corners[3];
    double shares[3];
    for (int c = corners_of(given, x, i, corners, shares) - 1; c >= 0; c--)
      add_corner(given, &pose, maps_by, moving, count, corners[c], shares[c], &jacobian[3 * i], outputs);
    for (int k = 0; given->complicated && k < 2; k++)
      for (int r = 0; r < 3; r++)
        jacobian[(HAND_POSE + k) * outputs + 3 * i + r] = pose.posed[3 * corners[2] + r] - pose.posed[3 * corners[k] + r];
  }
  free(maps_by);
  free(moving);
  free(pose.angles);
}

// What a posed vertex's adjoint adds to those of the maps, of the global rotation (as a matrix) and of the translation.
static void corner_back(const struct hand *given, const struct pose *pose, int corner, const double *bar, double *restrict maps_bar,
                        double *restrict turn_bar, double *restrict translation_bar) {
  const double *rest = &given->rest[3 * corner];
  double blended[3] = {0.0, 0.0, 0.0}, blended_bar[3], out[3];
  for (int k = 0; k < 3; k++)
    blended_bar[k] = pose->turn[k] * bar[0] + pose->turn[3 + k] * bar[1] + pose->turn[6 + k] * bar[2];
  for (int i = given->first_influence[corner]; i < given->first_influence[corner + 1]; i++) {
    int bone = given->influence_bone[i];
    double influence = given->influence[i];
    apply(&pose->maps[HAND_AFFINE * bone], rest, out);
    for (int r = 0; r < 3; r++) {
      double *row = &maps_bar[HAND_AFFINE * bone + 4 * r], scale = influence * blended_bar[r];
      blended[r] += influence * out[r];
      for (int k = 0; k < 3; k++)
        row[k] += scale * rest[k];
      row[3] += scale;
    }
  }
  for (int r = 0; r < 3; r++) {
    translation_bar[r] += bar[r];
    for (int k = 0; k < 3; k++)
      turn_bar[3 * r + k] += bar[r] * blended[k];
  }
}

// c = a b backwards: adds to the adjoints of a and, if it is wanted, of b.
static void compose_back(const double *a, const double *b, const double *c_bar, double *a_bar, double *b_bar) {
  for (int i = 0; i < 3; i++) {
    for (int k = 0; k < 3; k++)
      for (int j = 0; j < 4; j++)
        a_bar[4 * i + k] += c_bar[4 * i + j] * b[4 * k + j];
    a_bar[4 * i + 3] += c_bar[4 * i + 3];
  }
  for (int k = 0; b_bar != NULL && k < 3; k++)
    for (int j = 0; j < 4; j++)
      b_bar[4 * k + j] += a[k] * c_bar[j] + a[4 + k] * c_bar[4 + j] + a[8 + k] * c_bar[8 + j];
}

// From the maps' adjoints to those of the pose's angles.
static void bones_back(const struct hand *given, const struct pose *pose, const double *maps_bar, double *angles_bar) {
  double *absolute_bar = calloc(2 * HAND_AFFINE * (size_t)given->bones, sizeof(double));
  double *turn_bar = absolute_bar + HAND_AFFINE * given->bones;
  for (int bone = given->bones - 1; bone >= 0; bone--) {
    int at = HAND_AFFINE * bone, parent = given->parents[bone];
    double relative_bar[HAND_AFFINE] = {0.0}, rest_bar[HAND_AFFINE] = {0.0};
    compose_back(&pose->absolute[at], &given->inverse[at], &maps_bar[at], &absolute_bar[at], NULL);
    if (parent >= 0)
      compose_back(&pose->absolute[HAND_AFFINE * parent], &pose->relative[at], &absolute_bar[at], &absolute_bar[HAND_AFFINE * parent],
                   relative_bar);
    else
      memcpy(relative_bar, &absolute_bar[at], sizeof relative_bar);
    compose_back(&given->relative[at], &pose->relative[at], relative_bar, rest_bar, &turn_bar[at]);
  }
  for (int angle = 0; angle < ANGLES; angle++) {
    int abduction, joint = joint_of(angle, &abduction);
    double by[9];
    joint_turn_by(abduction, &pose->angles[2 * joint], by);
    for (int i = 0; i < 9; i++)
      angles_bar[angle] += by[i] * turn_bar[HAND_AFFINE * joint + 4 * (i / 3) + i % 3];
  }
  free(absolute_bar);
}

void manual_gradient(const void *constants, const double *restrict x, double *restrict y, double *restrict w,
                     double *restrict gradient) {
  const struct hand *given = constants;
  struct pose pose;
  double turn_bar[9] = {0.0}, *maps_bar = calloc(HAND_AFFINE * (size_t)given->bones, sizeof(double));
  open_pose(given, x, &pose);
  distances(given, x, &pose, y);
  for (int i = 0; i < given->points; i++) {
    int corners[3], count;
    double shares[3], bar[3];
    count = corners_of(given, x, i, corners, shares);
    for (int c = 0; c < count; c++) {
      for (int r = 0; r < 3; r++)
        bar[r] = -shares[c] * w[3 * i + r];
      corner_back(given, &pose, corners[c], bar, maps_bar, turn_bar, gradient + 3);
    }
    for (int k = 0; given->complicated && k < 2; k++)
      for (int r = 0; r < 3; r++)
        gradient[HAND_POSE + 2 * i + k] += w[3 * i + r] * (pose.posed[3 * corners[2] + r] - pose.posed[3 * corners[k] + r]);
  }
  for (int k = 0; k < 3; k++)
    for (int i = 0; i < 9; i++)
      gradient[k] += turn_bar[i] * pose.turn_by[k][i];
  bones_back(given, &pose, maps_bar, gradient + 6);
  memset(w, 0, sizeof *w * 3 * (size_t)given->points);
  free(maps_bar);
  free(pose.angles);
}
