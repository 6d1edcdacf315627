// What stands for qsort where its derivative is asked of: the order first, from which nothing flows back, then the elements are put there. The sort is
// stable, so the order of elements that compare equal is that of the C library where this is stable too.
//
// `sort.ll` is what clang-22 -Os -fno-unroll-loops -fno-vectorize -fno-slp-vectorize -fno-strict-aliasing -mllvm -disable-loop-idiom-memcpy -S -emit-llvm
// makes of this file, without attributes and what is said of the target.
//
// Elements are copied one by one, because what one of them consists of is known. The size of elements and the function that compares stand for those of
// a call: crates/llvm/src/sorts.rs puts them in. tests/tests/nodes.rs runs both.

typedef __SIZE_TYPE__ size;

// Replaced by the size of the call's elements: a number that nothing else here has.
#ifndef ELEMENT
#define ELEMENT 1000000007
#endif

void *malloc(size);
void free(void *);
int compare(const char *, const char *) __asm__("rsenzyme.sort.compare");

void sort(char *base, size count, size element, void *comparison) __asm__("rsenzyme.sort");
void sort(char *base, size count, size element, void *comparison) {
  (void)element, (void)comparison;
  if (count < 2)
    return;
  size *order = malloc(count * sizeof *order), *merged = malloc(count * sizeof *merged);
  char *copy = malloc(count * ELEMENT);
  for (size at = 0; at < count; at++)
    order[at] = at;
  for (size width = 1; width < count; width *= 2) {
    for (size start = 0; start < count; start += 2 * width) {
      size middle = count - start < width ? count : start + width;
      size end = count - start < 2 * width ? count : start + 2 * width;
      size left = start, right = middle;
      for (size at = start; at < end; at++) {
        _Bool first = right == end;
        if (left < middle && right < end)
          first = compare(base + order[left] * ELEMENT, base + order[right] * ELEMENT) <= 0;
        merged[at] = first ? order[left++] : order[right++];
      }
    }
    for (size at = 0; at < count; at++)
      order[at] = merged[at];
  }
  for (size at = 0; at < count; at++)
    __builtin_memcpy(copy + at * ELEMENT, base + at * ELEMENT, ELEMENT);
  for (size at = 0; at < count; at++)
    __builtin_memcpy(base + at * ELEMENT, copy + order[at] * ELEMENT, ELEMENT);
  free(copy);
  free(merged);
  free(order);
}
