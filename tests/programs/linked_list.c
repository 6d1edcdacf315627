// A linked list built, reversed, walked and freed inside the function.
#include "check.h"

struct node {
  double value;
  struct node *next;
};

__attribute__((noinline)) static struct node *build(const double *x, int n) {
  struct node *head = 0;
  for (int i = 0; i < n; i++) {
    struct node *fresh = malloc(sizeof *fresh);
    fresh->value = x[i] * (i + 1);
    fresh->next = head;
    head = fresh;
  }
  return head;
}

__attribute__((noinline)) static struct node *reverse(struct node *list) {
  struct node *result = 0;
  while (list) {
    struct node *next = list->next;
    list->next = result;
    result = list;
    list = next;
  }
  return result;
}

static double f(const double *x, int n) {
  struct node *list = reverse(build(x, n));
  double s = 1.0;
  for (struct node *p = list; p; p = p->next)
    s = s * 0.5 + p->value * (p->next ? p->next->value : x[0]);
  while (list) {
    struct node *next = list->next;
    free(list);
    list = next;
  }
  return s;
}

int main(void) {
  double x[] = {0.5, -0.3, 1.2, 0.8};
  CHECK_FUNCTIONAL(f, 4, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(f, 1, x, 0, NUMERIC);
  return check_report();
}
