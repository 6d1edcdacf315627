// See allocations.h.
#include "allocations.h"

#include <malloc.h>
#include <stddef.h>

static int counting;
static struct allocations now;

void allocations_start(void) {
  now = (struct allocations){0};
  counting = 1;
}

struct allocations allocations_stop(void) {
  counting = 0;
  return now;
}

static void *added(void *memory) {
  if (counting && memory != NULL) {
    now.count++;
    now.bytes += (long)malloc_usable_size(memory);
    if (now.bytes > now.peak)
      now.peak = now.bytes;
  }
  return memory;
}

static void removed(void *memory) {
  if (counting && memory != NULL)
    now.bytes -= (long)malloc_usable_size(memory);
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);
void __real_free(void *memory);

void *__wrap_malloc(size_t size) { return added(__real_malloc(size)); }

void *__wrap_calloc(size_t count, size_t size) { return added(__real_calloc(count, size)); }

void *__wrap_realloc(void *memory, size_t size) {
  removed(memory);
  void *moved = __real_realloc(memory, size);
  if (moved == NULL && size != 0)
    return added(memory), NULL;
  return added(moved);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) { return added(__real_aligned_alloc(alignment, size)); }

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size) {
  int status = __real_posix_memalign(memory, alignment, size);
  if (status == 0)
    added(*memory);
  return status;
}

void __wrap_free(void *memory) {
  removed(memory);
  __real_free(memory);
}
