//! `cargo xtask glue`: what a C++ compiler makes of the plugin's glue, kept beside it as assembly.
//!
//! The glue needs LLVM's headers and a C++ compiler; its assembly needs what every Rust toolchain has, a linker's driver. So users of `std::autodiff`
//! can build the plugin with rustup and `cc` alone (`cargo rsenzyme setup`), and everybody builds it the same way.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::tools::LLVM_MAJOR;

/// As LLVM is built: without run-time types and exceptions, and with `NDEBUG`, which changes inline functions. Unoptimized, the code would need more
/// of libstdc++ than rustc's libLLVM exports.
const FLAGS: [&str; 12] = [
    "-S",
    "-O2",
    "-std=c++17",
    "-fPIC",
    "-fno-rtti",
    "-fno-exceptions",
    "-DNDEBUG",
    "-fvisibility=hidden",
    "-fvisibility-inlines-hidden",
    "-fno-asynchronous-unwind-tables",
    "-fno-ident",
    "-fno-addrsig",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/plugin/src")
}

/// The first line of the assembly: which text it was made from.
fn title(source: &str) -> String {
    format!(
        "# Made from glue.cpp ({:016x}) by `cargo xtask glue`: do not edit.\n",
        hash(source)
    )
}

/// FNV-1a: a mark to see changes by, the same on every machine.
fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

fn read(name: &str) -> Result<String> {
    let path = folder().join(name);
    std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes the assembly anew.
pub fn write() -> Result<()> {
    let include = ask(Command::new(format!("llvm-config-{LLVM_MAJOR}")).arg("--includedir"))?;
    let made = ask(Command::new(format!("clang++-{LLVM_MAJOR}"))
        .args(FLAGS)
        .arg(format!("-I{}", include.trim()))
        .args(["glue.cpp", "-o", "-"])
        .current_dir(folder()))?;
    let path = folder().join("glue.s");
    std::fs::write(&path, title(&read("glue.cpp")?) + &made)
        .with_context(|| format!("cannot write {}", path.display()))?;
    println!("{} is written", path.display());
    Ok(())
}

fn ask(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_assembly_is_that_of_the_glue() -> Result<()> {
        let source = read("glue.cpp")?;
        assert!(
            read("glue.s")?.starts_with(&title(&source)),
            "glue.cpp has changed: run `cargo xtask glue`"
        );
        Ok(())
    }
}
