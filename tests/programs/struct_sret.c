// Large structs returned (sret): between functions, out of a loop, and assigned to an element.
#include "check.h"

struct matrix {
  double e[3][3];
};

__attribute__((noinline)) static struct matrix multiply(const struct matrix *a, const struct matrix *b) {
  struct matrix c;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      c.e[i][j] = 0;
      for (int k = 0; k < 3; k++)
        c.e[i][j] += a->e[i][k] * b->e[k][j];
    }
  return c;
}

__attribute__((noinline)) static struct matrix identity(void) {
  struct matrix m = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  return m;
}

__attribute__((noinline)) static struct matrix rotation(double angle) {
  struct matrix m = identity();
  m.e[0][0] = m.e[1][1] = cos(angle);
  m.e[0][1] = -sin(angle);
  m.e[1][0] = sin(angle);
  return m;
}

// Six rotations by x are one by 6x.
static double f(double x) {
  struct matrix power = identity(), r = rotation(x);
  for (int i = 0; i < 6; i++)
    power = multiply(&power, &r);
  return power.e[0][0] + 2.0 * power.e[1][0] + power.e[2][2];
}

int main(void) {
  CHECK_SCALAR(f, 0.3, -6 * sin(1.8) + 12 * cos(1.8), EXACT);
  CHECK_SCALAR(f, -1.1, -6 * sin(-6.6) + 12 * cos(-6.6), EXACT);
  return check_report();
}
