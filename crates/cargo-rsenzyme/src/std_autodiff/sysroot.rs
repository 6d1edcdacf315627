//! A sysroot for rustc: links to the toolchain's, and the backend beside them.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::cache;
use crate::cargo;
use crate::toolchain::{self, LLVM_MAJOR};

/// A toolchain, as rustc describes itself.
pub struct Toolchain {
    /// Its folder.
    pub root: PathBuf,
    /// The machine that it runs on.
    pub host: String,
    /// The version, such as `1.95.0`, and the commit.
    pub name: String,
    /// Whether it takes unstable flags by itself.
    pub is_nightly: bool,
}

impl Toolchain {
    /// The toolchain that cargo uses here.
    ///
    /// # Errors
    /// If it cannot be asked, or has another LLVM.
    pub fn current() -> Result<Self> {
        let rustc = cargo::rustc();
        let version = toolchain::ask(&rustc, &["-vV"])?;
        toolchain::check_version(&version)?;
        let field = |name: &str| {
            let line = version.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim_start_matches(':').trim().to_owned())
        };
        let release = field("release").unwrap_or_default();
        let commit = field("commit-hash").unwrap_or_default();
        Ok(Self {
            root: toolchain::ask(&rustc, &["--print=sysroot"])?.into(),
            host: field("host").context("rustc does not say which machine it runs on")?,
            is_nightly: release.contains("-nightly") || release.contains("-dev"),
            name: format!("{release}-{}", commit.get(..12).unwrap_or(&commit)),
        })
    }

    /// The folder in a sysroot where rustc looks for its backends.
    fn libraries(&self, root: &Path) -> PathBuf {
        root.join("lib/rustlib").join(&self.host).join("lib")
    }
}

/// Where the sysroot with a backend is.
///
/// # Errors
/// If there is no place for a cache.
pub fn path(toolchain: &Toolchain) -> Result<PathBuf> {
    // Two installations of one version are two toolchains.
    let place = toolchain.root.to_string_lossy().replace(['/', '\\'], "-");
    let name = format!("{}{place}", toolchain.name);
    Ok(cache()?.join("sysroot").join(name))
}

/// Makes the sysroot, or brings it up to date.
///
/// # Errors
/// If the cache cannot be written.
pub fn make(toolchain: &Toolchain, backend: &Path) -> Result<PathBuf> {
    let root = path(toolchain)?;
    let make = || -> std::io::Result<()> {
        let (real, own) = (toolchain.root.join("lib"), root.join("lib"));
        link_all(&real, &own, &["rustlib"])?;
        link_all(&real.join("rustlib"), &own.join("rustlib"), &[&toolchain.host])?;
        let (real, own) = (
            real.join("rustlib").join(&toolchain.host),
            own.join("rustlib").join(&toolchain.host),
        );
        link_all(&real, &own, &["lib"])?;
        link_all(&real.join("lib"), &own.join("lib"), &[])?;
        link(backend, &toolchain.libraries(&root).join(library_name()))
    };
    make().with_context(|| format!("cannot make the sysroot {}", root.display()))?;
    Ok(root)
}

/// The backend in a sysroot that was made here.
#[must_use]
pub fn backend_in(root: &Path) -> Option<PathBuf> {
    let hosts = fs::read_dir(root.join("lib/rustlib")).ok()?;
    let paths = hosts.filter_map(|host| Some(host.ok()?.path().join("lib").join(library_name())));
    paths.into_iter().find(|path| path.exists())
}

/// The name under which rustc looks for its backend.
fn library_name() -> String {
    format!("libEnzyme-{LLVM_MAJOR}.so")
}

/// Links everything in a folder into another, but for what is made otherwise.
fn link_all(from: &Path, to: &Path, except: &[&str]) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if !except.iter().any(|other| name == *other) {
            link(&entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}

/// Makes a link, in the place of another if need be; others may be doing the same at this moment.
fn link(target: &Path, link: &Path) -> std::io::Result<()> {
    if fs::read_link(link).is_ok_and(|old| old == target) {
        return Ok(());
    }
    let new = link.with_file_name(format!(".rsenzyme-{}", std::process::id()));
    match symlink(target, &new) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    fs::rename(&new, link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sysroot_has_links_and_the_backend() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (real, own) = (folder.path().join("real"), folder.path().join("own"));
        fs::create_dir_all(real.join("inner")).expect("a folder can be made");
        fs::write(real.join("a"), "1").expect("it can be written");
        for _ in 0..2 {
            link_all(&real, &own, &["inner"]).expect("links can be made");
        }
        assert_eq!(
            fs::read_to_string(own.join("a")).expect("the link leads there"),
            "1"
        );
        assert!(!own.join("inner").exists());
        link(&real.join("inner"), &own.join("a")).expect("a link can be replaced");
        assert!(own.join("a").is_dir());
    }
}
