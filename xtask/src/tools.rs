//! The programs and files that building and testing rsenzyme needs, and the package that each comes from.

use std::path::{Path, PathBuf};

/// The major version of LLVM that the workspace is built and tested with.
pub const LLVM_MAJOR: u32 = 22;

/// How one can see that a package is there.
pub enum Evidence {
    /// A program on `PATH`.
    Program(&'static str),
    /// A file or folder.
    File(&'static str),
    /// Any one of several programs on `PATH`.
    AnyProgram(&'static [&'static str]),
}

/// One thing that the workspace needs and the Debian package that has it.
pub struct Requirement {
    /// How its presence is recognised.
    pub evidence: Evidence,
    /// The package in Debian, Ubuntu and apt.llvm.org.
    pub debian: &'static str,
    /// The package in Fedora.
    pub fedora: &'static str,
    /// The package in Arch Linux.
    pub arch: &'static str,
    /// What it is for.
    pub purpose: &'static str,
}

/// Everything beyond rustup. The order is that of the messages.
pub const REQUIREMENTS: &[Requirement] = &[
    Requirement {
        evidence: Evidence::AnyProgram(&["cc", "gcc", "clang"]),
        debian: "build-essential",
        fedora: "gcc-c++",
        arch: "base-devel",
        purpose: "linking Rust programs",
    },
    Requirement {
        evidence: Evidence::Program("opt-22"),
        debian: "llvm-22",
        fedora: "llvm",
        arch: "llvm",
        purpose: "opt and llvm-diff, a host of the plugin",
    },
    Requirement {
        evidence: Evidence::Program("FileCheck-22"),
        debian: "llvm-22-tools",
        fedora: "llvm-test",
        arch: "llvm",
        purpose: "checking printed IR",
    },
    Requirement {
        evidence: Evidence::Program("llvm-config-22"),
        debian: "llvm-22-dev",
        fedora: "llvm-devel",
        arch: "llvm",
        purpose: "LLVM's headers, for the plugin's C++ glue",
    },
    Requirement {
        evidence: Evidence::Program("clang++-22"),
        debian: "clang-22",
        fedora: "clang",
        arch: "clang",
        purpose: "C and C++ programs",
    },
    Requirement {
        evidence: Evidence::Program("flang-22"),
        debian: "flang-22",
        fedora: "flang",
        arch: "flang",
        purpose: "Fortran programs",
    },
    Requirement {
        evidence: Evidence::Program("ld.lld-22"),
        debian: "lld-22",
        fedora: "lld",
        arch: "lld",
        purpose: "differentiation across files at link time",
    },
    Requirement {
        evidence: Evidence::File("/usr/include/eigen3/Eigen/Core"),
        debian: "libeigen3-dev",
        fedora: "eigen3-devel",
        arch: "eigen",
        purpose: "C++ test programs",
    },
];

impl Requirement {
    /// Whether the machine has it.
    pub fn is_met(&self) -> bool {
        match self.evidence {
            Evidence::Program(name) => which::which(name).is_ok(),
            Evidence::AnyProgram(names) => names.iter().any(|name| which::which(name).is_ok()),
            Evidence::File(path) => Path::new(path).exists(),
        }
    }

    /// The program or file that is looked for, for messages.
    pub fn name(&self) -> String {
        match self.evidence {
            Evidence::Program(name) => name.to_owned(),
            Evidence::AnyProgram(names) => names.join(" or "),
            Evidence::File(path) => path.to_owned(),
        }
    }
}

/// The workspace's root folder.
pub fn workspace_root() -> PathBuf {
    // The manifest's folder is <root>/xtask by construction, so it has a parent.
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}
