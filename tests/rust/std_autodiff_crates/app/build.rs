//! Looks at the toolchain as build scripts of libraries do: it must not be taken for a nightly one.

fn main() {
    assert!(std::env::var_os("RUSTC_BOOTSTRAP").is_none());
    println!("cargo:rustc-env=ANSWER=42");
}
