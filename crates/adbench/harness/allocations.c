// See allocations.h.
#include "allocations.h"

#include <errno.h>
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

// The C library's own functions, under the names that it keeps for those who replace them.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

void *malloc(size_t size) { return added(__libc_malloc(size)); }

void *calloc(size_t count, size_t size) { return added(__libc_calloc(count, size)); }

void *realloc(void *memory, size_t size) {
  removed(memory);
  void *moved = __libc_realloc(memory, size);
  if (moved == NULL && size != 0)
    return added(memory), NULL;
  return added(moved);
}

void *memalign(size_t alignment, size_t size) { return added(__libc_memalign(alignment, size)); }

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  void *made = memalign(alignment, size);
  if (made == NULL)
    return ENOMEM;
  *memory = made;
  return 0;
}

void free(void *memory) {
  removed(memory);
  __libc_free(memory);
}
