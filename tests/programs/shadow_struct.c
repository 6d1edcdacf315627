// Shadows built by the caller: a struct with pointers whose shadow points to the shadows, and a list with a shadow list.
#include "check.h"

struct model {
  int layers;
  double bias;
  double *weights;
  float scale;
};

static double evaluate(const struct model *m, double x) {
  for (int i = 0; i < m->layers; i++)
    x = m->weights[i] * x + m->bias * (double)m->scale;
  return x;
}

struct node {
  double value;
  struct node *next;
};

static double product(struct node *list) {
  double p = 1.0;
  for (; list; list = list->next) {
    p *= list->value;
    list->value = p;
  }
  return p;
}

int main(void) {
  double w[] = {0.5, -2.0}, dw[] = {1.0, 0.25};
  struct model m = {2, 1.5, w, 2.0f}, dm = {0, 0.5, dw, 0.0f};
  // -2 (0.5 x + 3) + 3 at x = 2, so d = 0.25 * 4 - 2 (1 * 2 + 0.5 * dx + 1) + 1 with dx = 3.
  double want = 0.25 * 4 - 2 * (2 + 1.5 + 1) + 1;
  CHECK_CLOSE("model", DERIVATIVE(__enzyme_fwddiff((void *)evaluate, &m, &dm, 2.0, 3.0), want), want, EXACT);
  CHECK_CLOSE("value", evaluate(&m, 2.0), -5.0, EXACT);
  (void)dm;

  struct node b = {3.0, 0}, a = {2.0, &b}, db = {0.5, 0}, da = {1.0, &db};
  CHECK_CLOSE("product", DERIVATIVE(__enzyme_fwddiff((void *)product, &a, &da), (product(&a), db.value = 4.0)), 1.0 * 3.0 + 2.0 * 0.5, EXACT);
  CHECK_CLOSE("in the list", b.value, 6.0, EXACT);
  CHECK_CLOSE("in the shadow list", db.value, 4.0, EXACT);
  return check_report();
}
