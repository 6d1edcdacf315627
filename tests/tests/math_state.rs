//! Calls that are there for `errno` only: gone from tangent functions, unless the module can see them.

use anyhow::Result;
use corpus::command::{run, tool};
use corpus::{plugin, route};

const SOURCE: &str = "
double log(double);
double __enzyme_fwddiff(void *, ...);
static double f(double x) { return 2.0 * log(x); }
double df(double x) { return __enzyme_fwddiff((void *)f, x, 1.0); }
";

/// How often the differentiated program calls `log`, in the tangent function.
fn calls_of_log(name: &str, more: &str) -> Result<usize> {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("math_state")
        .join(name);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("source.c"), format!("{SOURCE}{more}"))?;
    let compile = "-O1 -fmath-errno -emit-llvm -c source.c -o source.bc";
    run(tool("clang"), &words(compile), &folder)?.success()?;
    route::differentiate(&folder.join("source.bc"), &plugin::path()?, &folder)?.success()?;
    let print = format!("-S -o text.ll {}", route::DIFFERENTIATED);
    run(tool("opt"), &words(&print), &folder)?.success()?;
    let text = std::fs::read_to_string(folder.join("text.ll"))?;
    let tangent = text
        .split("define ")
        .find(|part| part.starts_with("internal double @fwddiffef("));
    let tangent = tangent.unwrap_or_default();
    assert!(tangent.contains("ret double"), "no tangent function in:\n{text}");
    Ok(tangent.matches("@log(").count())
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

#[test]
fn a_function_is_not_called_for_errno_that_nobody_reads() -> Result<()> {
    assert_eq!(calls_of_log("unread", "")?, 0);
    let reader = "int *__errno_location(void);\nint failed(void) { return *__errno_location(); }\n";
    assert_eq!(calls_of_log("read", reader)?, 1);
    let flags = "int fetestexcept(int);\nint raised(void) { return fetestexcept(4); }\n";
    assert_eq!(calls_of_log("flags", flags)?, 1);
    Ok(())
}
