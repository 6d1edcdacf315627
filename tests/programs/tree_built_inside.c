// A search tree built from the inputs, with values that are updated on the way down, summed recursively and freed.
#include "check.h"

struct node {
  double key, weight;
  struct node *left, *right;
};

static struct node *insert(struct node *t, double key) {
  if (!t) {
    t = malloc(sizeof *t);
    t->key = key;
    t->weight = key * key;
    t->left = t->right = 0;
    return t;
  }
  t->weight *= 1 + 0.1 * key;
  if (key < t->key)
    t->left = insert(t->left, key);
  else
    t->right = insert(t->right, key);
  return t;
}

static double fold(const struct node *t, double above) {
  if (!t)
    return 0;
  double here = t->weight * cos(above);
  return here + fold(t->left, here) * fold(t->right, t->key) + fold(t->right, here);
}

static void destroy(struct node *t) {
  if (!t)
    return;
  destroy(t->left);
  destroy(t->right);
  free(t);
}

static double f(const double *x, int n) {
  struct node *root = 0;
  for (int i = 0; i < n; i++)
    root = insert(root, x[i]);
  double r = fold(root, 0.3);
  destroy(root);
  return r;
}

int main(void) {
  double x[6] = {0.5, -0.7, 0.9, 0.1, 0.7, -1.1};
  CHECK_FUNCTIONAL(f, 6, x, 0, NUMERIC);
  return check_report();
}
