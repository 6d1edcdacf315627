//! The bodies that stand for libstdc++'s functions of node containers: linked with a program that looks at what they leave, instead of
//! libstdc++'s own, they must leave what the containers need.

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
