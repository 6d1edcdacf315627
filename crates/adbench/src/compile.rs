//! From C files to an executable of one objective: each column an object file of its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use corpus::command::{run, tool};
use corpus::route::{DIFFERENTIATED, differentiate};

use crate::objective::{Column, Objective};

/// How the objective is compiled before it is differentiated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The optimization level, 1 to 3.
    pub level: u8,
    /// Whether pointers to unknowns and results are declared `restrict`.
    pub restrict: bool,
}

impl Setting {
    /// `O2`, or `O2-norestrict`.
    #[must_use]
    pub fn name(self) -> String {
        let suffix = if self.restrict { "" } else { "-norestrict" };
        format!("O{}{suffix}", self.level)
    }

    fn flags(self) -> Vec<String> {
        let mut flags = vec![format!("-O{}", self.level)];
        if !self.restrict {
            flags.push("-DNO_RESTRICT".into());
        }
        flags
    }
}

/// The bitcode that a column's request is compiled to, in the column's folder.
pub const REQUEST: &str = "request.bc";

/// The folder of this crate's C files.
#[must_use]
pub fn sources() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn includes() -> Vec<String> {
    let mut flags = ["-std=gnu17", "-Wall", "-Wextra", "-Werror"]
        .map(str::to_owned)
        .to_vec();
    flags.extend(["objectives", "requests"].map(|folder| format!("-I{}", sources().join(folder).display())));
    flags
}

/// One run of clang in `folder`.
fn clang(flags: &[String], files: &[PathBuf], folder: &Path) -> Result<()> {
    let mut arguments = includes();
    arguments.extend_from_slice(flags);
    arguments.extend(files.iter().map(|file| file.display().to_string()));
    run(tool("clang"), &arguments, folder)?.success()?;
    Ok(())
}

fn make_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())
}

/// What all columns of an objective are compared with or fed by: the primal, its complex form, the problem's reader and `main`
/// (`verify` or `bench`), as object files in `folder`.
///
/// # Errors
/// If clang fails.
pub fn common(objective: &Objective, main: &str, level: u8, folder: &Path) -> Result<Vec<PathBuf>> {
    make_folder(folder)?;
    let level = format!("-O{level}");
    let primal = sources().join(format!("objectives/{}.c", objective.name));
    let to = |name: &str| ["-o".to_owned(), name.to_owned()];
    clang(
        &[&["-c".to_owned(), level.clone()][..], &to("primal.o")].concat(),
        std::slice::from_ref(&primal),
        folder,
    )?;
    clang(
        &[
            &["-c".to_owned(), level.clone(), "-DCOMPLEX_STEP".into()][..],
            &to("complex.o"),
        ]
        .concat(),
        &[primal],
        folder,
    )?;
    let names = ["problem", "reader", "allocations", objective.problem, main];
    let harness: Vec<PathBuf> = names
        .iter()
        .map(|name| sources().join(format!("harness/{name}.c")))
        .collect();
    clang(&["-c".into(), level], &harness, folder)?;
    let mut objects = vec![folder.join("primal.o"), folder.join("complex.o")];
    objects.extend(names.iter().map(|name| folder.join(format!("{name}.o"))));
    Ok(objects)
}

/// Compiles a column in `folder`; returns its object file.
///
/// # Errors
/// If clang or `opt` fails, with what they said.
pub fn column(
    objective: &Objective,
    column: Column,
    setting: Setting,
    plugin: &Path,
    folder: &Path,
) -> Result<PathBuf> {
    make_folder(folder)?;
    let object = folder.join("column.o");
    let mut flags = setting.flags();
    let Some(request) = column.request() else {
        flags.extend(["-c".into(), "-o".into(), object.display().to_string()]);
        let file = sources().join(format!("manual/{}.c", objective.name));
        clang(&flags, &[file], folder)?;
        return Ok(object);
    };
    if column == Column::JacobianByRow {
        flags.push("-DROW_BY_ROW".into());
    }
    flags.extend(["-emit-llvm", "-c", "-o", REQUEST].map(str::to_owned));
    flags.push(format!("-DOBJECTIVE_FILE=\"{}.c\"", objective.name));
    clang(&flags, &[sources().join("requests").join(request)], folder)?;
    differentiate(&folder.join(REQUEST), plugin, folder)?.success()?;
    let optimize = [
        format!("-O{}", setting.level),
        "-c".into(),
        "-o".into(),
        "column.o".into(),
    ];
    // Without the flags for C: bitcode takes no preprocessor options.
    let arguments = [&optimize[..], &[DIFFERENTIATED.to_owned()]].concat();
    run(tool("clang"), &arguments, folder)?.success()?;
    Ok(object)
}

/// Functions that `allocations.c` stands in for.
const WRAPPED: [&str; 6] = [
    "malloc",
    "calloc",
    "realloc",
    "aligned_alloc",
    "posix_memalign",
    "free",
];

/// Links object files.
///
/// # Errors
/// If clang fails.
pub fn link(objects: &[PathBuf], executable: &Path) -> Result<()> {
    let folder = executable.parent().unwrap_or(Path::new("."));
    let mut arguments: Vec<String> = objects
        .iter()
        .map(|object| object.display().to_string())
        .collect();
    arguments.extend(WRAPPED.map(|name| format!("-Wl,--wrap={name}")));
    arguments.extend(["-lm".into(), "-o".into(), executable.display().to_string()]);
    run(tool("clang"), &arguments, folder)?.success()?;
    Ok(())
}
