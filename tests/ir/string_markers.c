#include "check.h"

double plain(double a, double da, double *p, double *dp);
void primal(double a, double da, double *p, double *out);
void three(double a, double *p, double *out);
void primal_two(double a, double *p, double *dps, double *out);
void nothing(double a, double da, double *p, double *dp);

int main(void) {
  double p[] = {0, 3.0}, dp[] = {9.0, 0.5}, out[3], dps[2][2] = {{9, 1}, {9, 2}};
  CHECK_CLOSE("plain", plain(2.0, 0.25, p, dp), 0.25 * 3 + 2 * 0.5, EXACT);
  CHECK_CLOSE("p", p[0], 6.0, EXACT);
  CHECK_CLOSE("dp", dp[0], 1.75, EXACT);
  primal(2.0, 0.25, p, out);
  CHECK_CLOSE("primal value", out[0], 6.0, EXACT);
  CHECK_CLOSE("primal derivative", out[1], 0.75, EXACT);
  three(2.0, p, out);
  CHECK_CLOSE("three 0", out[0], 3.0, EXACT);
  CHECK_CLOSE("three 1", out[1], 6.0, EXACT);
  CHECK_CLOSE("three 2", out[2], -3.0, EXACT);
  primal_two(2.0, p, dps[0], out);
  CHECK_CLOSE("two value", out[0], 6.0, EXACT);
  CHECK_CLOSE("two 0", out[1], 2.0, EXACT);
  CHECK_CLOSE("two 1", out[2], 4.0, EXACT);
  CHECK_CLOSE("dps 0", dps[0][0], 2.0, EXACT);
  CHECK_CLOSE("dps 1", dps[1][0], 4.0, EXACT);
  dp[0] = 9.0;
  nothing(2.0, 0.25, p, dp);
  CHECK_CLOSE("nothing", dp[0], 1.75, EXACT);
  return check_report();
}
