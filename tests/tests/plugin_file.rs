//! The file `librsenzyme.so`: what it needs, what it offers, and what it says to a host of another LLVM.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use corpus::hosts::{Host, Scratch, plugin, run, tool};

/// The libraries that an ELF file names as needed.
fn needed(path: &Path) -> Vec<String> {
    let ran = run(tool("llvm-readelf").arg("--needed-libs").arg(path)).expect_success();
    let names = ran.stdout.lines().map(|line| line.trim().to_owned());
    names
        .filter(|line| !line.is_empty() && !line.contains(['[', ']']))
        .collect()
}

/// The names of the dynamic symbols of a library, as `llvm-nm` lists them with an option.
fn symbols(path: &Path, which: &str) -> BTreeSet<String> {
    let ran = run(tool("llvm-nm")
        .args(["--dynamic", "--format=posix", which])
        .arg(path))
    .expect_success();
    let fields = ran.stdout.lines().filter_map(|line| line.split_once(' '));
    // A weak symbol may stay open.
    fields
        .filter(|(_, kind)| !kind.starts_with('w'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// The same without the versions of names.
fn definitions(path: &Path) -> BTreeSet<String> {
    let names = symbols(path, "--defined-only");
    names
        .iter()
        .map(|name| name.split('@').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn it_needs_no_llvm_and_no_cpp_library() {
    let allowed = ["libgcc_s.so.1", "libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"];
    for name in needed(&plugin()) {
        assert!(
            allowed.contains(&name.as_str()),
            "{name} would be loaded into the host"
        );
    }
    // The same function finds them where they are.
    let folder = run(tool("llvm-config").arg("--bindir")).expect_success();
    let opt = needed(&Path::new(folder.stdout.trim()).join("opt"));
    assert!(opt.iter().any(|name| name.starts_with("libLLVM")), "{opt:?}");
    assert!(opt.iter().any(|name| name.starts_with("libstdc++")), "{opt:?}");
}

/// What rustc looks up in the backend of `std::autodiff`; one that is missing keeps it from loading.
const LIBENZYME: [&str; 24] = [
    "registerEnzymeAndPassPipeline",
    "EnzymeSetCLBool",
    "EnzymeSetCLString",
    "EnzymeNewTypeTree",
    "EnzymeNewTypeTreeCT",
    "EnzymeNewTypeTreeTR",
    "EnzymeFreeTypeTree",
    "EnzymeMergeTypeTree",
    "EnzymeTypeTreeOnlyEq",
    "EnzymeTypeTreeData0Eq",
    "EnzymeTypeTreeShiftIndiciesEq",
    "EnzymeTypeTreeInsertEq",
    "EnzymeTypeTreeToString",
    "EnzymeTypeTreeToStringFree",
    "EnzymePrintPerf",
    "EnzymePrintActivity",
    "EnzymePrintType",
    "EnzymeFunctionToAnalyze",
    "EnzymePrint",
    "EnzymeStrictAliasing",
    "EnzymeInline",
    "RustTypeRules",
    "looseTypeAnalysis",
    "EnzymeMaxTypeDepth",
];

#[test]
fn it_exports_its_entry_points_and_prefixed_names_only() {
    let exported = symbols(&plugin(), "--defined-only");
    let entries: BTreeSet<_> = ["llvmGetPassPluginInfo"].into_iter().chain(LIBENZYME).collect();
    for entry in &entries {
        assert!(exported.contains(*entry), "{entry} is missing: {exported:?}");
    }
    let strangers: Vec<_> = exported
        .iter()
        .filter(|name| !entries.contains(name.as_str()) && !name.starts_with("rsenzyme_"))
        .collect();
    assert!(
        strangers.is_empty(),
        "{strangers:?} could take the place of symbols of the host"
    );
}

/// A symbol that one host's LLVM lacks would keep the plugin from loading there.
#[test]
fn every_host_supplies_the_symbols_it_leaves_open() {
    // Those of libc and libgcc have a version.
    let mut open = symbols(&plugin(), "--undefined-only");
    open.retain(|name| !name.contains('@'));
    assert!(
        open.iter().any(|name| name.starts_with("LLVM")),
        "the plugin calls LLVM: {open:?}"
    );
    assert!(
        open.iter().any(|name| name.contains("PassBuilder")),
        "the glue calls LLVM's C++: {open:?}"
    );
    for host in [Host::Opt, Host::RustcStable, Host::RustcNightly] {
        let library = host.llvm_library();
        let mut supplied = definitions(&library);
        if host == Host::Opt {
            // The distribution's LLVM has its C++ library beside it, a Rust toolchain's inside.
            let file = run(tool("clang++").arg("-print-file-name=libstdc++.so.6")).expect_success();
            supplied.extend(definitions(&PathBuf::from(file.stdout.trim())));
        }
        let missing: Vec<_> = open.difference(&supplied).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", library.display());
    }
}

/// A program that says to be LLVM `major`, and reads the plugin's answer as that LLVM would.
fn fake_host(major: u32) -> String {
    format!(
        r#"
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The program comes first in the search for symbols, so the plugin gets this one instead of libLLVM's. */
void LLVMGetVersion(unsigned *major, unsigned *minor, unsigned *patch) {{ *major = {major}; *minor = 1; *patch = 7; }}

/* Before LLVM 22 the structure ended here; what follows stands for the rest of the stack frame. */
struct info {{ uint32_t api; const char *name; const char *version; void (*register_passes)(void *); }};
struct frame {{ struct info info; unsigned char rest[32]; }};

int main(int count, char **arguments) {{
  void *library = dlopen(arguments[1], RTLD_NOW | RTLD_GLOBAL);
  if (!library) {{ fprintf(stderr, "%s\n", dlerror()); return 2; }}
  void *(*get)(void *) = (void *(*)(void *))dlsym(library, "llvmGetPassPluginInfo");
  struct frame frame;
  memset(&frame, 0xAB, sizeof frame);
  if (get(&frame.info) != &frame.info) return 3;
  for (int i = 0; i < 32; ++i)
    if (frame.rest[i] != 0xAB && {major} < 22) return 4;
  printf("api %u name %s\n", frame.info.api, frame.info.name);
  if ({major} != 22) frame.info.register_passes((void *)1); /* Registering with this would crash. */
  return 0;
}}
"#
    )
}

#[test]
fn a_host_of_another_llvm_gets_a_message_and_no_passes() {
    for (major, api) in [(21, 1), (22, 2), (23, 2)] {
        let scratch = Scratch::new();
        let source = scratch.write("host.c", &fake_host(major));
        let program = scratch.path("host");
        let mut compile = tool("clang");
        compile
            .arg("-rdynamic")
            .arg(&source)
            .arg(Host::Opt.llvm_library())
            .arg("-ldl")
            .arg("-o")
            .arg(&program);
        let _ = run(&mut compile).expect_success();
        let mut command = Command::new(&program);
        let ran = run(command.arg(plugin())).expect_success();
        assert_eq!(ran.stdout, format!("api {api} name rs-enzyme\n"), "LLVM {major}");
        let message = format!("rs-enzyme: this host is built on LLVM {major}.1.7, but librsenzyme.so");
        assert_eq!(ran.stderr.contains(&message), major != 22, "{ran}");
        assert_eq!(
            ran.stderr.contains("needs LLVM 22: the plugin is not active"),
            major != 22,
            "{ran}"
        );
    }
}
