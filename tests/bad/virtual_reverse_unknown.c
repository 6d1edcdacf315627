// The shadow of something that is known only when the program runs.
// EXPECT: __enzyme_virtualreverse takes a function or a global variable that is known at compile time
#include "split.h"
void *__enzyme_virtualreverse(void *);

void *shadow(void *p) {
  return __enzyme_virtualreverse(p); // HERE
}
