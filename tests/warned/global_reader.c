// A variable that one derivative stores something active to, and another one reads: its tangent does not arrive there.
// EXPECT: warning:
// EXPECT: `response` reads the global variable `state` as if it carried no derivative
// EXPECT: unmarked-globals-inactive-loads=0
// EXPECT: __enzyme_inactive_global
#include "../bad/bad.h"

double state;

static void update(double x) { state = x * x; }

static double response(double x) {
  return x * state; // HERE
}

double both(double x) {
  __enzyme_fwddiff((void *)update, x, 1.0);
  return __enzyme_fwddiff((void *)response, x, 1.0);
}
