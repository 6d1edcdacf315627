//! The programs of the corpus, as files.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// What a program is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C, of GNU's 2017 dialect.
    C,
    /// C++20.
    Cxx,
    /// LLVM IR with a driver in C that has the same name.
    Ir,
}

/// How a program asks for derivatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// By the drivers of `check.h` only, which know both modes and vector width.
    ByDrivers,
    /// For tangents, by itself.
    Tangents,
    /// For gradients, by itself.
    Gradients,
}

/// A self-checking program.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its name, which is unique in its language.
    pub name: String,
    /// What it is written in.
    pub language: Language,
    /// Its source. For IR, the `.ll` file.
    pub source: PathBuf,
    /// What it asks for.
    pub asks: Asks,
}

/// The folder of the test package.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All programs, in alphabetical order within each language.
///
/// # Errors
/// If a folder or file cannot be read.
pub fn all() -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for (language, folder, extension) in [
        (Language::C, "programs", "c"),
        (Language::Cxx, "cxx", "cpp"),
        (Language::Ir, "ir", "ll"),
        (Language::C, "gradients", "c"),
        (Language::Cxx, "gradients", "cpp"),
        (Language::Ir, "gradients", "ll"),
    ] {
        for source in files(&root().join(folder), extension)? {
            // What is beside a file of IR is its driver.
            if language == Language::C && source.with_extension("ll").is_file() {
                continue;
            }
            let driver = source.with_extension("c");
            let text = match language {
                Language::Ir if driver.is_file() => std::fs::read_to_string(&driver)?,
                _ => std::fs::read_to_string(&source)?,
            };
            let by_drivers = text.contains("CHECK_") && !text.contains("__enzyme_");
            programs.push(Program {
                name: stem(&source),
                language,
                asks: match folder {
                    "gradients" => Asks::Gradients,
                    _ if by_drivers => Asks::ByDrivers,
                    _ => Asks::Tangents,
                },
                source,
            });
        }
    }
    Ok(programs)
}

/// The files in `folder` with this extension, sorted.
///
/// # Errors
/// If the folder cannot be read.
pub fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let entries = folder.read_dir().with_context(|| folder.display().to_string())?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The name of a file without folder and extension.
pub fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
