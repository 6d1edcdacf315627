//! The bodies that stand for libstdc++'s functions of node containers: linked with a program that looks at what they leave, instead of
//! libstdc++'s own, they must leave what the containers need. And the body that stands for `qsort`, for one size of elements.

use std::path::Path;

use anyhow::{Result, ensure};
use corpus::command::{run, tool};
use corpus::program::root;

/// Links the program with bodies from a file, which may have to be compiled, and runs it.
fn check(name: &str, bodies: &Path, compile: bool) -> Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nodes").join(name);
    std::fs::create_dir_all(&folder)?;
    let bitcode = |source: &Path, aliasing: &str, output: &str| -> Result<()> {
        let source = source.display().to_string();
        let arguments = [
            "-std=c++20",
            "-O1",
            aliasing,
            "-emit-llvm",
            "-c",
            &source,
            "-o",
            output,
        ]
        .map(str::to_owned);
        run(tool("clang++"), &arguments, &folder)?.success()?;
        Ok(())
    };
    bitcode(&root().join("nodes/check.cpp"), "-fstrict-aliasing", "check.bc")?;
    let mut linked = bodies.display().to_string();
    if compile {
        bitcode(bodies, "-fno-strict-aliasing", "bodies.bc")?;
        linked = "bodies.bc".to_owned();
    }
    let link = ["check.bc", &linked, "-o", "all.bc"].map(str::to_owned);
    run(tool("llvm-link"), &link, &folder)?.success()?;
    let make = ["-O1", "all.bc", "-o", "check"].map(str::to_owned);
    run(tool("clang++"), &make, &folder)?.success()?;
    let symbols = run(
        tool("llvm-nm"),
        &["--undefined-only", "check"].map(str::to_owned),
        &folder,
    )?
    .success()?;
    ensure!(
        !symbols.output.contains("_List_node_base7_M_hook"),
        "libstdc++'s own functions are called"
    );
    run(folder.join("check"), &[] as &[&str], &folder)?.success()?;
    Ok(())
}

#[test]
fn the_bodies_keep_lists_and_trees_in_order() -> Result<()> {
    let bodies = root().join("../crates/llvm/src/nodes");
    check("source", &bodies.join("nodes.cpp"), true)?;
    check("ir", &bodies.join("nodes.ll"), false)
}

/// Compiles the program with a body that sorts elements of 16 bytes, and runs it.
fn check_sort(name: &str, body: &Path, options: &[&str]) -> Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sorts").join(name);
    std::fs::create_dir_all(&folder)?;
    let program = root().join("nodes/sorts.c").display().to_string();
    let make = ["-O1", "-fno-strict-aliasing", "-o", "check"].map(str::to_owned);
    let options = options.iter().map(|&option| option.to_owned());
    let files = [program, body.display().to_string()];
    let arguments: Vec<String> = make.into_iter().chain(options).chain(files).collect();
    run(tool("clang"), &arguments, &folder)?.success()?;
    run(folder.join("check"), &[] as &[&str], &folder)?.success()?;
    Ok(())
}

#[test]
fn the_body_for_qsort_sorts_and_keeps_what_is_equal_in_order() -> Result<()> {
    let bodies = root().join("../crates/llvm/src/sorts");
    check_sort("source", &bodies.join("sort.c"), &["-DELEMENT=16"])?;
    let text = std::fs::read_to_string(bodies.join("sort.ll"))?;
    ensure!(
        text.contains("1000000007"),
        "the text has no place for the size of elements"
    );
    let sixteen = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sorts/sort16.ll");
    std::fs::write(&sixteen, text.replace("1000000007", "16"))?;
    check_sort("ir", &sixteen, &["-Wno-override-module"])
}
