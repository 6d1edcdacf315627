// Pairs and quadruples of floats, which the ABI passes and returns as <2 x float>.
#include "check.h"

struct float2 {
  float x, y;
};
struct float4 {
  float x, y, z, w;
};

__attribute__((noinline)) static struct float2 rotate(struct float2 p, struct float2 q) {
  struct float2 r = {p.x * q.x - p.y * q.y, p.x * q.y + p.y * q.x};
  return r;
}

__attribute__((noinline)) static struct float4 join(struct float2 p, struct float2 q) {
  struct float4 r = {p.x, p.y * q.x, q.y, p.x + q.y};
  return r;
}

__attribute__((noinline)) static float norm(struct float4 v) { return v.x * v.x + v.y * v.y + v.z * v.w; }

static double f(double x) {
  struct float2 p = {(float)x, 1.5f}, q = {0.5f, (float)(2.0 * x)};
  return norm(join(rotate(p, q), q));
}

// The same in double precision.
static double df(double x) {
  double rx = 0.5 * x - 3.0 * x, ry = 2.0 * x * x + 0.75, drx = -2.5, dry = 4.0 * x;
  double y = 0.5 * ry, dy = 0.5 * dry, z = 2.0 * x, dz = 2.0, w = rx + z, dw = drx + dz;
  return 2 * rx * drx + 2 * y * dy + dz * w + z * dw;
}

int main(void) {
  check_step = 0.02;
  CHECK_SCALAR(f, 0.75, df(0.75), SINGLE);
  CHECK_SCALAR(f, -1.25, df(-1.25), SINGLE);
  return check_report();
}
