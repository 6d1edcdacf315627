// Sacado: reverse mode over a graph that is made anew for each gradient; dual numbers with all directions at once for a Jacobian.
#include <vector>

// Only what is used: the rest, which joins Sacado to Trilinos' parallel arrays, needs MPI's headers.
#include <Sacado_ConfigDefs.h>
#undef HAVE_SACADO_TEUCHOSKOKKOSCOMM

#ifdef JACOBIAN

#include <Sacado_Fad_SLFad.hpp>

enum { MOST_DIRECTIONS = 28 };
typedef Sacado::Fad::SLFad<double, MOST_DIRECTIONS> real;
#define RE(x) ((x).val())
#include "overloading.h"

extern "C" void column_run(const call *call) {
  std::vector<double> v(call->inputs), dy(call->outputs);
  std::vector<real> x(call->inputs), y(call->outputs);
  for (int i = 0; i < call->inputs; i++)
    x[i] = real(call->directions, call->x[i]);
  for (int d = 0; d < call->directions; d++) {
    call->seed(call, d, 1.0, v.data());
    for (int i = 0; i < call->inputs; i++)
      x[i].fastAccessDx(d) = v[i];
    call->seed(call, d, 0.0, v.data());
  }
  evaluate(objective, call->given, x.data(), y.data());
  for (int i = 0; i < call->outputs; i++)
    call->y[i] = y[i].val();
  for (int d = 0; d < call->directions; d++) {
    for (int i = 0; i < call->outputs; i++)
      dy[i] = y[i].dx(d);
    call->take(call, d, dy.data());
  }
}

#else

#include <Sacado_trad.hpp>

typedef Sacado::Rad::ADvar<double> real;
#define RE(x) ((x).val())
#include "overloading.h"

extern "C" void column_run(const call *call) {
  std::vector<real> x(call->inputs), y(call->outputs);
  std::vector<real *> outputs(call->outputs);
  std::vector<double> w(call->w, call->w + call->outputs);
  for (int i = 0; i < call->inputs; i++)
    x[i] = call->x[i];
  evaluate(objective, call->given, x.data(), y.data());
  for (int i = 0; i < call->outputs; i++) {
    call->y[i] = y[i].val();
    outputs[i] = &y[i];
  }
  real::Weighted_Gradcomp(outputs.size(), outputs.data(), w.data());
  for (int i = 0; i < call->inputs; i++)
    call->result[i] = x[i].adj();
}

#endif
