// Counts what goes through malloc, calloc, realloc, aligned_alloc, posix_memalign and free, in executables that are linked with
// -Wl,--wrap for each of them. Calls inside the C library itself are not seen.
#ifndef ADBENCH_ALLOCATIONS_H
#define ADBENCH_ALLOCATIONS_H

struct allocations {
  long count; // calls that gave memory, a realloc among them
  long bytes; // usable bytes that are in use
  long peak;  // the most of them at any time
};

// Counts from zero. Memory from before that is given back counts negative.
void allocations_start(void);
struct allocations allocations_stop(void);

#endif
