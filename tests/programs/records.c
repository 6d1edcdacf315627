// Arrays of structures with names, numbers of two formats and integers: they grow, are copied, cleared and sorted as structures, so that padding is
// moved with them. How many there are is known at run time only.
#include "check.h"

struct record {
  const char *name;
  double value;
  float weight;
  int id;
};

struct list {
  struct record *items;
  size_t count, room;
};

static void push(struct list *l, const char *name, double value, int id) {
  if (l->count == l->room) {
    l->room = l->room ? 2 * l->room : 2;
    l->items = realloc(l->items, l->room * sizeof *l->items);
  }
  struct record r;
  r.name = name;
  r.value = value;
  r.weight = 0.5f;
  r.id = id;
  l->items[l->count++] = r;
}

static double grown(const double *x, int n) {
  struct list l = {0, 0, 0};
  for (int i = 0; i < n; i++)
    push(&l, i == 1 ? "one" : "other", x[i] * x[(i + 1) % n], i);
  struct record *copy = malloc(l.count * sizeof *copy);
  memset(copy, 0, l.count * sizeof *copy);
  memcpy(copy, l.items, (l.count - 1) * sizeof *copy);
  double sum = copy[l.count - 1].value;
  for (size_t i = 0; i < l.count; i++)
    sum += copy[i].value * l.items[i].value * l.items[i].weight * (strcmp(l.items[i].name, "one") ? 1 : 3) + l.items[i].id;
  free(copy);
  free(l.items);
  return sum;
}

struct pair {
  double key;
  int index;
};

static double sorted(const double *x, int n) {
  struct pair a[8];
  for (int i = 0; i < n; i++) {
    a[i].key = x[i] * x[i] - x[i];
    a[i].index = i;
  }
  for (int i = 1; i < n; i++) {
    struct pair t = a[i];
    int j = i;
    for (; j > 0 && a[j - 1].key > t.key; j--)
      a[j] = a[j - 1];
    a[j] = t;
  }
  double sum = 0;
  for (int i = 0; i < n; i++)
    sum += a[i].key * (i + 1) + a[i].index * a[i].key * 0.1;
  return sum;
}

int main(void) {
  const double x[5] = {0.6, -0.4, 0.8, 1.1, 0.25};
  CHECK_FUNCTIONAL(grown, 5, x, 0, NUMERIC);
  CHECK_FUNCTIONAL(sorted, 5, x, 0, NUMERIC);
  return check_report();
}
