// Every form in which a derivative comes back: double, float, struct in registers, struct in memory, vector, void.
#include "check.h"

extern int enzyme_primal_return;

typedef double double2 __attribute__((vector_size(16)));
struct pair {
  double a, b;
};
struct triple {
  double a, b, c;
};
struct two_pairs {
  struct pair value, derivative;
};
struct two_triples {
  struct triple value, derivative;
};

struct pair __enzyme_fwddiff_pair(void *, ...);
struct triple __enzyme_fwddiff_three(void *, ...);
struct two_pairs __enzyme_fwddiff_two_pairs(void *, ...);
struct two_triples __enzyme_fwddiff_two_triples(void *, ...);
double2 __enzyme_fwddiff_vector(void *, ...);

static struct pair make_pair(double x) { return (struct pair){x * x, 3.0 * x}; }
static struct triple make_triple(double x) { return (struct triple){x * x, 3.0 * x, 1.0}; }
static double2 make_vector(double x) { return (double2){x * x, 3.0 * x}; }

int main(void) {
#ifdef SELFTEST
  struct pair p = {4.0, 3.0};
  struct triple t = {4.0, 3.0, 0.0};
  struct two_pairs pp = {make_pair(2.0), p};
  struct two_triples tt = {make_triple(2.0), t};
  double2 v = {make_vector(2.5)[0] - make_vector(1.5)[0], 3.0};
#else
  struct pair p = __enzyme_fwddiff_pair((void *)make_pair, 2.0, 1.0);
  struct triple t = __enzyme_fwddiff_three((void *)make_triple, 2.0, 1.0);
  struct two_pairs pp = __enzyme_fwddiff_two_pairs((void *)make_pair, enzyme_primal_return, 2.0, 1.0);
  struct two_triples tt = __enzyme_fwddiff_two_triples((void *)make_triple, enzyme_primal_return, 2.0, 1.0);
  double2 v = __enzyme_fwddiff_vector((void *)make_vector, 2.0, 1.0);
#endif
  CHECK_CLOSE("pair a", p.a, 4.0, EXACT);
  CHECK_CLOSE("pair b", p.b, 3.0, EXACT);
  CHECK_CLOSE("triple a", t.a, 4.0, EXACT);
  CHECK_CLOSE("triple b", t.b, 3.0, EXACT);
  CHECK_CLOSE("triple c", t.c, 0.0, EXACT);
  CHECK_CLOSE("two pairs value", pp.value.b, 6.0, EXACT);
  CHECK_CLOSE("two pairs derivative", pp.derivative.a, 4.0, EXACT);
  CHECK_CLOSE("two triples value", tt.value.a, 4.0, EXACT);
  CHECK_CLOSE("two triples derivative", tt.derivative.b, 3.0, EXACT);
  CHECK_CLOSE("vector 0", v[0], 4.0, EXACT);
  CHECK_CLOSE("vector 1", v[1], 3.0, EXACT);
  return check_report();
}
