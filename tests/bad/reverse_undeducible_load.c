// In reverse mode: bytes of unknown type are calculated with: they could be the bits of an active number.
// EXPECT: integer operation `xor`
// EXPECT: cannot deduce the type of bytes 0..8
// EXPECT: the bytes come from:
// EXPECT: reverse_undeducible_load.c:15:11
// EXPECT: __enzyme_double
// EXPECT: -enzyme-loose-types
#include "bad.h"
double __enzyme_autodiff(void *, ...);

typedef long __attribute__((may_alias)) word;

static void f(word *from, word *to, word *mask) {
  // Nothing says what this is.
  to[0] = from[0] ^ mask[0]; // HERE
}

double df(word *a, word *da, word *b, word *db, word *m) {
  return __enzyme_autodiff((void *)f, enzyme_dup, a, da, enzyme_dup, b, db, enzyme_const, m);
}
