//! `cargo rsenzyme --std-autodiff`: rustc's own `std::autodiff`, with rsenzyme as the backend that rustc loads.
//!
//! rustc looks for a library `libEnzyme-22.so` in its sysroot. The installed toolchain is not touched: [`sysroot`] makes a folder of links to
//! it, with the library beside them, in the user's cache. The library is built from the sources of this program when it is first needed
//! ([`backend`]), because `cargo install` installs executables only. [`command`] runs cargo with this executable as the wrapper of rustc
//! ([`wrapper`]), which adds the sysroot and `-Zautodiff=Enable` to what is linked with fat LTO, and to nothing else: build scripts and
//! procedural macros are compiled as always.
//!
//! A stable toolchain takes these flags only with `RUSTC_BOOTSTRAP=1`. The wrapper sets it for the crates that take part, so that no build
//! script takes the toolchain for a nightly one.

pub mod backend;
pub mod command;
pub mod sysroot;
pub mod wrapper;

use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// The folder of this program in the user's cache.
///
/// # Errors
/// If the environment names no home folder.
pub fn cache() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    set("RSENZYME_CACHE")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(set("XDG_CACHE_HOME")?).join("rsenzyme")))
        .or_else(|| Some(PathBuf::from(set("HOME")?).join(".cache/rsenzyme")))
        .context("there is no place for a cache: set HOME, XDG_CACHE_HOME or RSENZYME_CACHE")
}
