// Memory that is resized while the caller asks for what is in it: its adjoints move to the new memory, and are counted once.
#include "check.h"

extern int enzyme_out;
double __enzyme_autodiff(void *, ...);

struct numbers {
  double *at;
  long count;
};

struct labelled {
  const char *name;
  double value;
  float weight;
  int id;
};

struct records {
  struct labelled *at;
  long count;
};

static void append(struct numbers *list, double x) {
  list->at[0] = x * x;
  list->at = realloc(list->at, (unsigned long)(list->count + 5) * sizeof *list->at);
  list->count += 5;
  list->at[3] = x;
}

static void extend(struct records *list, double x) {
  if (!list->at[0].name)
    return;
  list->at[1].value = x * x * list->at[0].value * list->at[0].weight;
  list->at = realloc(list->at, 2 * (unsigned long)list->count * sizeof *list->at);
  memset(list->at + list->count, 0, (unsigned long)list->count * sizeof *list->at);
  list->count *= 2;
}

int main(void) {
  struct numbers list = {malloc(16), 2}, dlist = {malloc(16), 2};
  list.at[0] = list.at[1] = 0;
  dlist.at[0] = 1;
  dlist.at[1] = 10;
  double dx = __enzyme_autodiff((void *)append, enzyme_dup, &list, &dlist, enzyme_out, 3.0);
  CHECK_CLOSE("numbers", dx, 6, EXACT);
  CHECK_CLOSE("value", list.at[0], 9, EXACT);
  struct records all = {malloc(2 * sizeof(struct labelled)), 2}, dall = {malloc(2 * sizeof(struct labelled)), 2};
  for (int i = 0; i < 2; i++) {
    all.at[i] = (struct labelled){"one", 3, 0.5f, i};
    dall.at[i] = (struct labelled){"one", 1, 0, i};
  }
  struct labelled *before = dall.at;
  dx = __enzyme_autodiff((void *)extend, enzyme_dup, &all, &dall, enzyme_out, 2.0);
  CHECK_CLOSE("structures", dx, 2 * 2 * 3 * 0.5, EXACT);
  CHECK_CLOSE("shadow of the new memory", dall.at != before && !strcmp(dall.at[1].name, "one"), 1, 0);
  CHECK_CLOSE("zeros", !all.at[3].name && !dall.at[3].name && all.at[3].value == 0, 1, 0);
  return check_report();
}
