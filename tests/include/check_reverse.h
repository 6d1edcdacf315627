// The drivers of check.h for gradients. Included by check.h with -DREVERSE.
//
// For weights w of the outputs the plugin's gradient g = J' w is compared with the expected J v in each direction v: <g, v> must be
// <w, J v>. Inputs' shadows start at a constant, because gradients are added to what is there; outputs' shadows start as w and must be
// zero afterwards, because the function overwrites the outputs. With -DWIDTH=3 three weights are asked for at once.
#ifndef RSENZYME_CHECK_REVERSE_H
#define RSENZYME_CHECK_REVERSE_H

double __enzyme_autodiff(void *, ...);
void __enzyme_autodiff_void(void *, ...);
struct check_triple __enzyme_autodiff_triple(void *, ...);

// What the shadows of inputs hold before.
#define CHECK_BEFORE 0.25

#ifdef WIDTH
#define CHECK_SCALAR(f, at, want, tolerance)                                                                          \
  do {                                                                                                                \
    double check_x = (at), check_want = (want);                                                                       \
    struct check_triple check_got = __enzyme_autodiff_triple((void *)(f), enzyme_width, 3, check_x);                  \
    for (int check_lane = 0; check_lane < 3; check_lane++)                                                            \
      CHECK_CLOSE(#f ", gradient", check_got.d[check_lane], check_want, tolerance);                                   \
  } while (0)
#define CHECK_ASK_FUNCTIONAL(f, r)                                                                                    \
  (__enzyme_autodiff_void((void *)(f), enzyme_width, 3, enzyme_dup, (r).x, (r).v[0], (r).v[1], (r).v[2],             \
                          enzyme_const, (r).n),                                                                      \
   (r).y[0] = f((r).x, (r).n), (r).dy[0][0] = (r).dy[1][0] = (r).dy[2][0] = 0.0)
#define CHECK_ASK_MAP(f, r)                                                                                           \
  __enzyme_autodiff_void((void *)(f), enzyme_width, 3, enzyme_dup, (r).x, (r).v[0], (r).v[1], (r).v[2], enzyme_const, \
                         (r).n, enzyme_dup, (r).y, (r).dy[0], (r).dy[1], (r).dy[2], enzyme_const, (r).m)
#define CHECK_ASK_IN_PLACE(f, r)                                                                                      \
  __enzyme_autodiff_void((void *)(f), enzyme_width, 3, enzyme_dup, (r).y, (r).dy[0], (r).dy[1], (r).dy[2],            \
                         enzyme_const, (r).n)
#else
#define CHECK_SCALAR(f, at, want, tolerance)                                                                          \
  do {                                                                                                                \
    double check_x = (at);                                                                                            \
    double check_got = __enzyme_autodiff((void *)(f), check_x);                                                       \
    CHECK_CLOSE(#f ", gradient", check_got, want, tolerance);                                                         \
  } while (0)
#define CHECK_ASK_FUNCTIONAL(f, r)                                                                                    \
  (__enzyme_autodiff_void((void *)(f), enzyme_dup, (r).x, (r).v[0], enzyme_const, (r).n),                             \
   (r).y[0] = f((r).x, (r).n), (r).dy[0][0] = 0.0)
#define CHECK_ASK_MAP(f, r)                                                                                           \
  __enzyme_autodiff_void((void *)(f), enzyme_dup, (r).x, (r).v[0], enzyme_const, (r).n, enzyme_dup, (r).y,            \
                         (r).dy[0], enzyme_const, (r).m)
#define CHECK_ASK_IN_PLACE(f, r)                                                                                      \
  __enzyme_autodiff_void((void *)(f), enzyme_dup, (r).y, (r).dy[0], enzyme_const, (r).n)
#endif

// The weights of a lane. A functional has one output, whose weight the plugin takes to be 1.
__attribute__((unused)) static void check_weights(const struct check_run *run, int weight, double *w) {
  check_direction(weight, run->m, w);
  if (run->target.functional)
    w[0] = 1.0;
}

__attribute__((unused)) static void check_start_reverse(struct check_run *run, const double *x, int weight) {
  check_start(run, x, 0);
  for (int lane = 0; lane < CHECK_LANES; lane++) {
    for (int i = 0; i < run->n; i++)
      run->v[lane][i] = CHECK_BEFORE;
    check_weights(run, weight + lane, run->dy[lane]);
  }
}

__attribute__((unused)) static void check_finish_reverse(struct check_run *run, const char *file, int line,
                                                         const char *name, const double *x, int weight,
                                                         check_jvp closed_form, double tolerance) {
  double jv[CHECK_MAX], v[CHECK_MAX], w[CHECK_MAX];
  char what[160];
  for (int lane = 0; lane < CHECK_LANES; lane++) {
    check_weights(run, weight + lane, w);
    const double *g = run->target.in_place ? run->dy[lane] : run->v[lane];
    double before = run->target.in_place ? 0.0 : CHECK_BEFORE;
    for (int d = 0; d <= check_directions(run->n); d++) {
      double got = 0, want = 0;
      check_direction(d, run->n, v);
      check_expected(&run->target, closed_form, x, v, run->n, jv, run->m);
      for (int i = 0; i < run->n; i++)
        got += (g[i] - before) * v[i];
      for (int j = 0; j < run->m; j++)
        want += w[j] * jv[j];
      snprintf(what, sizeof what, "%s, weight %d, gradient along direction %d", name, weight + lane, d);
      check_close_at(file, line, what, got, want, tolerance);
    }
    for (int j = 0; j < run->m && !run->target.in_place; j++)
      if (run->dy[lane][j] != 0) {
        check_failures++;
        fprintf(stderr, "%s:%d: %s: the shadow of output %d is %.17g, not zero\n", file, line, name, j,
                run->dy[lane][j]);
      }
  }
  for (int i = 0; i < run->n; i++)
    if (run->x[i] != x[i]) {
      check_failures++;
      fprintf(stderr, "%s:%d: %s: input %d was changed\n", file, line, name, i);
    }
  check_evaluate(&run->target, x, run->n, jv, run->m);
  for (int j = 0; j < run->m; j++) {
    snprintf(what, sizeof what, "%s, weight %d, primal output %d", name, weight, j);
    check_close_at(file, line, what, run->y[j], jv[j], 1e-11);
  }
}

#define CHECK_DRIVE(f, inputs, outputs, at, closed_form, tolerance, field, request)                                   \
  do {                                                                                                                \
    static struct check_run check_r;                                                                                  \
    check_r.target.field = (f);                                                                                       \
    check_r.n = (inputs);                                                                                             \
    check_r.m = (outputs);                                                                                            \
    for (int check_w = 0; check_w <= check_directions(check_r.m); check_w++) {                                        \
      check_start_reverse(&check_r, (at), check_w);                                                                   \
      request(f, check_r);                                                                                            \
      check_finish_reverse(&check_r, __FILE__, __LINE__, #f, (at), check_w, (closed_form), (tolerance));              \
    }                                                                                                                 \
  } while (0)

#endif
