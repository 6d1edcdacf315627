// The body that stands for qsort: sorted elements of every number, those that compare equal in the order in which they were. The number of faults is
// the exit code; what the function is called with besides must not matter.
#include <stdlib.h>

struct element {
  int key;
  short before, check;
  double value;
};

typedef __SIZE_TYPE__ size;

int compare(const char *a, const char *b) __asm__("rsenzyme.sort.compare");
void sort(char *base, size count, size element, void *comparison) __asm__("rsenzyme.sort");

static int compared;

int compare(const char *a, const char *b) {
  compared++;
  return ((const struct element *)a)->key - ((const struct element *)b)->key;
}

int main(void) {
  static struct element all[600];
  int faults = 0;
  _Static_assert(sizeof *all == 16, "the size that the test puts in");
  for (int count = 0; count < 600; count += 1 + count / 40) {
    for (int range = 1; range < 2000; range *= 11) {
      long sum = 0;
      for (int i = 0; i < count; i++) {
        all[i].key = rand() % range;
        all[i].before = (short)i;
        all[i].check = (short)(all[i].key ^ i);
        all[i].value = all[i].key * 1000.0 + i;
        sum += i;
      }
      sort((char *)all, (size)count, 0, 0);
      for (int i = 0; i < count; i++) {
        sum -= all[i].before;
        faults += all[i].check != (short)(all[i].key ^ all[i].before);
        faults += all[i].value != all[i].key * 1000.0 + all[i].before;
        if (i == 0)
          continue;
        faults += all[i - 1].key > all[i].key;
        faults += all[i - 1].key == all[i].key && all[i - 1].before >= all[i].before;
      }
      faults += sum != 0;
    }
  }
  faults += compared == 0;
  return faults > 100 ? 100 : faults;
}
