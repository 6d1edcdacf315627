//! Lets `rsenzyme-codegen` be linked without LLVM: its symbols come from the libLLVM that is preloaded when it runs.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-arg-bin=rsenzyme-codegen=-Wl,--unresolved-symbols=ignore-all");
}
