// A tape that is not the function's own, or that is used up, ends the program with a message instead of giving a wrong gradient.
#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

extern int enzyme_tape, enzyme_allocated, enzyme_out;
void *__enzyme_augmentfwd(void *, ...);
void __enzyme_augmentfwd_void(void *, ...);
double __enzyme_reverse(void *, ...);

static double f(double x, double y) { return x * x * y; }
static double g(double x) { return x * x * x; }

// The exit status of a use of tapes in a process of its own.
static int status(int use) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    close(1);
    void *memory[6];
    double d = 0;
    if (use == 0) {
      d = __enzyme_reverse((void *)f, enzyme_out, 2.0, enzyme_out, 3.0, 1.0,
                           __enzyme_augmentfwd((void *)f, enzyme_out, 2.0, enzyme_out, 3.0));
    } else if (use == 1) {
      d = __enzyme_reverse((void *)f, enzyme_out, 2.0, enzyme_const, 3.0, 1.0,
                           __enzyme_augmentfwd((void *)f, enzyme_out, 2.0, enzyme_out, 3.0));
    } else if (use == 2) {
      d = __enzyme_reverse((void *)g, 2.0, 1.0, __enzyme_augmentfwd((void *)f, enzyme_out, 2.0, enzyme_out, 3.0));
    } else if (use == 3) {
      d = __enzyme_reverse((void *)g, 2.0, 1.0, (void *)0);
    } else {
      __enzyme_augmentfwd_void((void *)g, enzyme_allocated, 48, enzyme_tape, memory, 2.0);
      for (int i = 0; i < use - 3; i++)
        d = __enzyme_reverse((void *)g, enzyme_allocated, 48, enzyme_tape, memory, 2.0, 1.0);
    }
    _exit(d == 12 ? 0 : 2);
  }
  int found = 0;
  waitpid(child, &found, 0);
  return WIFEXITED(found) ? WEXITSTATUS(found) : 100;
}

int main(void) {
  CHECK_CLOSE("its own", status(0), 0, EXACT);
  CHECK_CLOSE("of other activities", status(1), 1, EXACT);
  CHECK_CLOSE("of another function", status(2), 1, EXACT);
  CHECK_CLOSE("null", status(3), 1, EXACT);
  CHECK_CLOSE("used once", status(4), 0, EXACT);
  CHECK_CLOSE("used twice", status(5), 1, EXACT);
  return check_report();
}
