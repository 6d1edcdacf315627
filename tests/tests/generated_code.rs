//! What gradients look like when the pass returns, without any other pass after it: vectorized where the primal can be, no work that only
//! the primal needs, memory for derivatives only where there are any.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use corpus::command::{run, tool};
use corpus::{plugin, route};

const HEAD: &str = "#include <math.h>
extern int enzyme_dup, enzyme_const;
void __enzyme_autodiff(void *, ...);
double __enzyme_autodiff_double(void *, ...);
";

/// The functions of a program after the pass, as text.
struct Code {
    text: String,
}

impl Code {
    /// Compiles C at `-O1`, which vectorizes nothing, and differentiates it.
    fn of(name: &str, source: &str, flags: &[&str]) -> Result<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("generated_code")
            .join(name);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("source.c"), format!("{HEAD}{source}"))?;
        let mut compile = vec!["-O1", "-emit-llvm", "-c", "source.c", "-o", "source.bc"];
        compile.extend(flags);
        run(tool("clang"), &compile, &folder)?.success()?;
        route::differentiate(&folder.join("source.bc"), &plugin::path()?, &folder)?.success()?;
        let print = ["-S", "-o", "text.ll", route::DIFFERENTIATED];
        run(tool("opt"), &print, &folder)?.success()?;
        let text = std::fs::read_to_string(folder.join("text.ll"))?;
        Ok(Self { text })
    }

    /// The body of a function.
    fn function(&self, name: &str) -> Result<&str> {
        let head = format!("@{name}(");
        let mut bodies = self.text.split("\ndefine ").skip(1);
        let found = bodies.find(|body| body.lines().next().is_some_and(|line| line.contains(&head)));
        let body = found.with_context(|| format!("no function {name} in:\n{}", self.text))?;
        Ok(body.split("\n}").next().unwrap_or(body))
    }
}

/// How many lines contain all the texts.
fn count(body: &str, texts: &[&str]) -> usize {
    let lines = body.lines();
    lines
        .filter(|line| texts.iter().all(|text| line.contains(text)))
        .count()
}

#[test]
fn loops_over_memory_are_vectorized_in_both_sweeps() -> Result<()> {
    let code = Code::of(
        "vectorized",
        "static void square(double *x, long n) { for (long i = 0; i < n; i++) x[i] = x[i] * x[i] + x[i]; }
static double dot(const double *restrict x, const double *restrict y, long n) {
  double s = 0;
  for (long i = 0; i < n; i++) s += x[i] * y[i];
  return s;
}
void d1(double *x, double *dx, long n) { __enzyme_autodiff((void *)square, enzyme_dup, x, dx, enzyme_const, n); }
void d2(double *x, double *dx, double *y, double *dy, long n) {
  __enzyme_autodiff((void *)dot, enzyme_dup, x, dx, enzyme_dup, y, dy, enzyme_const, n);
}",
        &[],
    )?;
    let square = code.function("diffesquare")?;
    // The forward sweep stores what is overwritten on the tape and the new values; the reverse sweep reads the tape, and updates the shadow.
    ensure!(count(square, &["store <", " x double>"]) >= 3, "{square}");
    ensure!(count(square, &["load <", " x double>"]) >= 3, "{square}");
    // The tape is memory of its own, so nothing is compared when the program runs.
    ensure!(count(square, &["vector.memcheck"]) == 0, "{square}");
    let dot = code.function("diffedot")?;
    ensure!(count(dot, &["store <", " x double>"]) >= 2, "{dot}");
    Ok(())
}

/// The value of a sum of sines is not asked for, and its derivative needs cosines only: without a reader of `errno` nothing is left of the
/// primal loop.
#[test]
fn what_only_the_primal_needs_is_gone() -> Result<()> {
    let source = "static double sines(const double *x, long n) {
  double s = 0;
  for (long i = 0; i < n; i++) s += sin(x[i]);
  return s;
}
void d(double *x, double *dx, long n) { __enzyme_autodiff((void *)sines, enzyme_dup, x, dx, enzyme_const, n); }
";
    let code = Code::of("dead", source, &["-fmath-errno"])?;
    let gradient = code.function("diffesines")?;
    ensure!(count(gradient, &["@sin("]) == 0, "{gradient}");
    ensure!(count(gradient, &["@llvm.cos"]) >= 1, "{gradient}");
    let reader = "int *__errno_location(void);\nint failed(void) { return *__errno_location(); }\n";
    let code = Code::of("errno", &format!("{source}{reader}"), &["-fmath-errno"])?;
    let gradient = code.function("diffesines")?;
    ensure!(count(gradient, &["@sin("]) >= 1, "{gradient}");
    Ok(())
}

/// The reverse function of a call has the adjoint and nothing of the primal: no value that goes to memory, no function that the derivative does not
/// need.
#[test]
fn the_reverse_of_a_call_has_no_primal_work() -> Result<()> {
    let code = Code::of(
        "split",
        "static __attribute__((noinline)) double callee(double x, double *log) { *log = exp(x) + 2; return 3 * sin(x); }
static double caller(double x, double *log) { return callee(x, log) * 2; }
double d(double x, double *log) { return __enzyme_autodiff_double((void *)caller, x, enzyme_const, log); }
",
        &[],
    )?;
    let reverse = code.function("diffecallee")?;
    ensure!(count(reverse, &["@llvm.cos"]) == 1, "{reverse}");
    for gone in ["exp", "sin", "store"] {
        ensure!(count(reverse, &[gone]) == 0, "{gone} in {reverse}");
    }
    Ok(())
}

/// The adjoint of what is added to stays as it is: it is neither set to zero nor written again.
#[test]
fn what_is_added_to_in_memory_keeps_its_adjoint() -> Result<()> {
    let code = Code::of(
        "added",
        "static void add(double *restrict y, const double *restrict x) { *y += 3 * *x; }
void d(double *y, double *dy, double *x, double *dx) {
  __enzyme_autodiff((void *)add, enzyme_dup, y, dy, enzyme_dup, x, dx);
}
",
        &[],
    )?;
    let gradient = code.function("diffeadd")?;
    // The second parameter is the shadow of `y`: it is read, and what was read goes to the shadow of `x`, the fourth.
    ensure!(count(gradient, &["load double", "ptr %1,"]) == 1, "{gradient}");
    ensure!(count(gradient, &["store double", "ptr %1,"]) == 0, "{gradient}");
    ensure!(count(gradient, &["store double", "ptr %3,"]) == 1, "{gradient}");
    Ok(())
}

/// Local arrays of integers and of constant numbers have no shadow, one of active numbers has one that is set to zero once.
#[test]
fn only_active_memory_has_a_shadow() -> Result<()> {
    let code = Code::of(
        "shadows",
        "static double table(const double *x, long n) {
  long at[32]; double w[32], s = 0;
  for (long i = 0; i < 32; i++) { at[i] = (i * 7) % n; w[i] = i * 0.5; }
  for (long i = 0; i < 32; i++) s += w[(i * 5) % 32] * x[at[(i * 3) % 32]];
  return s;
}
static double local(const double *x) {
  double t[32], s = 0;
  for (long i = 0; i < 32; i++) t[i] = x[i] * x[i];
  for (long i = 0; i < 32; i++) s += t[i] * t[(i * 7) % 32];
  return s;
}
void d1(double *x, double *dx, long n) { __enzyme_autodiff((void *)table, enzyme_dup, x, dx, enzyme_const, n); }
void d2(double *x, double *dx) { __enzyme_autodiff((void *)local, enzyme_dup, x, dx); }
",
        &[],
    )?;
    let table = code.function("diffetable")?;
    ensure!(count(table, &["alloca [32 x"]) <= 2, "{table}");
    ensure!(count(table, &["memset"]) == 0, "{table}");
    let local = code.function("diffelocal")?;
    ensure!(count(local, &["alloca [32 x double]"]) == 2, "{local}");
    ensure!(count(local, &["memset"]) == 1, "{local}");
    Ok(())
}

/// LLVM's own scalar passes find next to nothing to do afterwards.
#[test]
fn what_comes_out_is_optimized() -> Result<()> {
    let code = Code::of(
        "optimized",
        "static void step(double *restrict x, const double *restrict f, long n) {
  for (long t = 0; t < 10; t++)
    for (long i = 1; i + 1 < n; i++) {
      double flux = x[i - 1] - 2 * x[i] + x[i + 1];
      x[i] = x[i] + 0.1 * flux * exp(-f[i] * x[i]);
    }
}
void d(double *x, double *dx, double *f, double *df, long n) {
  __enzyme_autodiff((void *)step, enzyme_dup, x, dx, enzyme_dup, f, df, enzyme_const, n);
}
",
        &[],
    )?;
    let gradient = code.function("diffestep")?;
    let before = count(gradient, &["  "]);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated_code/optimized");
    let passes =
        "-passes=function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,gvn,simplifycfg,adce)";
    let again = [passes, "-S", "-o", "again.ll", "text.ll"];
    run(tool("opt"), &again, &folder)?.success()?;
    let again = Code {
        text: std::fs::read_to_string(folder.join("again.ll"))?,
    };
    let after = count(again.function("diffestep")?, &["  "]);
    ensure!(
        before <= after + after / 20,
        "{before} lines, and {after} after LLVM's passes"
    );
    Ok(())
}
