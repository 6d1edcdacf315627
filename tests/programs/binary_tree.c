// A search tree: the order of insertion and of the sums depends on the values.
#include "check.h"

struct node {
  double key, weight;
  struct node *left, *right;
};

__attribute__((noinline)) static struct node *insert(struct node *t, double key, double weight) {
  if (!t) {
    t = malloc(sizeof *t);
    t->key = key;
    t->weight = weight;
    t->left = t->right = 0;
  } else if (key < t->key) {
    t->left = insert(t->left, key, weight * 0.9);
  } else {
    t->right = insert(t->right, key, weight * 1.1);
  }
  return t;
}

__attribute__((noinline)) static double fold(struct node *t, double carried) {
  if (!t)
    return carried;
  double left = fold(t->left, carried);
  double here = left * 0.8 + t->key * t->weight;
  double right = fold(t->right, here);
  free(t);
  return right;
}

static double f(const double *x, int n) {
  struct node *root = 0;
  for (int i = 0; i < n; i++)
    root = insert(root, x[i], 1.0 + x[i] * x[i]);
  return fold(root, 0.25);
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8, -0.6, 0.1, 2.0};
  CHECK_FUNCTIONAL(f, 7, x, 0, NUMERIC);
  return check_report();
}
