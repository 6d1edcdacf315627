// Counts what goes through malloc, calloc, realloc, memalign, aligned_alloc, posix_memalign and free. An executable that this is linked to
// replaces these functions for itself and for all shared objects in its process, C++'s and Rust's among them.
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
