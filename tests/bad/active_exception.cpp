// A value that is thrown: what an exception holds is not followed.
// EXPECT: an active value is stored to memory that is declared inactive
// EXPECT: exceptions carry no derivative
extern "C" double __enzyme_fwddiff(void *, ...);

__attribute__((noinline)) static double g(double x) {
  if (x > 1.0)
    throw x * x; // HERE
  return x;
}

static double f(double x) {
  try {
    return g(x);
  } catch (double y) {
    return y;
  }
}

double df(double x) { return __enzyme_fwddiff((void *)f, x, 1.0); }
