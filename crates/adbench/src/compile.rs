//! From C and C++ files to object files, shared objects and executables.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use corpus::command::{run, tool};

use crate::objective::Objective;

/// How the objective is compiled before it is differentiated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

    /// The options of clang.
    #[must_use]
    pub fn flags(self) -> Vec<String> {
        let mut flags = vec![format!("-O{}", self.level), "-fPIC".into()];
        if !self.restrict {
            flags.push("-DNO_RESTRICT".into());
        }
        flags
    }
}

/// A file with calls of `__enzyme_*`, and what defines its variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The name of a file in `requests/`.
    pub file: &'static str,
    /// Options of the preprocessor.
    pub defines: &'static [&'static str],
}

impl Request {
    /// A request without variants.
    #[must_use]
    pub const fn new(file: &'static str) -> Self {
        Self { file, defines: &[] }
    }
}

/// What carries out the requests.
#[derive(Clone, Copy, Debug)]
pub enum Engine<'a> {
    /// clang to bitcode, `opt` with the plugin, clang again.
    Opt {
        /// The plugin.
        plugin: &'a Path,
    },
    /// clang with the plugin.
    Clang {
        /// The plugin.
        plugin: &'a Path,
    },
    /// Another plugin, in the `opt` of its own LLVM; clang of LLVM 22 compiles what that writes.
    Peer(&'a Peer),
}

/// An LLVM plugin that carries out the same requests.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Peer {
    /// What the table calls it.
    pub name: String,
    /// The plugin.
    pub plugin: PathBuf,
    /// The `opt` that loads it.
    pub opt: PathBuf,
    /// The pass.
    pub pass: String,
}

impl Peer {
    /// The clang of the same LLVM, if it is beside `opt`: IR of a newer LLVM cannot be read by an older one.
    fn clang(&self) -> PathBuf {
        let resolved = self.opt.canonicalize().unwrap_or_else(|_| self.opt.clone());
        let beside = resolved.with_file_name("clang");
        if beside.exists() {
            beside
        } else {
            tool("clang").into()
        }
    }
}

/// The folder of this crate's C files.
#[must_use]
pub fn sources() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

const WARNINGS: [&str; 3] = ["-Wall", "-Wextra", "-Werror"];

fn includes() -> Vec<String> {
    let mut flags = vec!["-std=gnu17".to_owned()];
    flags.extend(["objectives", "requests"].map(|folder| format!("-I{}", sources().join(folder).display())));
    flags
}

/// One run of clang in `folder`.
///
/// # Errors
/// If it fails, with what it said.
pub fn clang(flags: &[String], files: &[PathBuf], folder: &Path) -> Result<()> {
    let mut arguments = includes();
    arguments.extend(WARNINGS.map(str::to_owned));
    arguments.extend_from_slice(flags);
    arguments.extend(files.iter().map(|file| file.display().to_string()));
    run(tool("clang"), &arguments, folder)?.success()?;
    Ok(())
}

/// Makes a folder, empty.
///
/// # Errors
/// If the file system does not let it.
pub fn make_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())
}

fn strings<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

/// Compiles one file of this crate to an object file.
///
/// # Errors
/// If clang fails.
pub fn object(file: &str, flags: &[String], name: &str, folder: &Path) -> Result<PathBuf> {
    let all = [flags, &strings(["-c", "-o", name])].concat();
    clang(&all, &[sources().join(file)], folder)?;
    Ok(folder.join(name))
}

/// What opens problems of an objective and knows their complex step, and `main` (`verify` or `worker`), as object files in `folder`.
///
/// # Errors
/// If clang fails.
pub fn common(objective: &Objective, main: &str, level: u8, folder: &Path) -> Result<Vec<PathBuf>> {
    make_folder(folder)?;
    let level = format!("-O{level}");
    let primal = format!("objectives/{}.c", objective.name);
    let complex = [level.clone(), "-DCOMPLEX_STEP".into()];
    let mut objects = vec![object(&primal, &complex, "complex.o", folder)?];
    for name in ["problem", "reader", "allocations", objective.problem, main] {
        let file = format!("harness/{name}.c");
        objects.push(object(
            &file,
            std::slice::from_ref(&level),
            &format!("{name}.o"),
            folder,
        )?);
    }
    Ok(objects)
}

/// An object file, and how much CPU time the pass took that made the derivative in it, if that was measured.
pub struct Derivative {
    /// The object file.
    pub object: PathBuf,
    /// CPU time of the pass and of the passes of LLVM that it runs.
    pub pass: Option<Duration>,
}

/// The bitcode that a request is compiled to, and what comes out of the pass.
const REQUEST: &str = "request.ll";
const DIFFERENTIATED: &str = "differentiated.ll";

/// Compiles a request in `folder`; the time of the pass is the median of `runs`.
///
/// # Errors
/// If a compiler or `opt` fails, with what they said.
pub fn derivative(
    objective: &Objective,
    request: Request,
    setting: Setting,
    engine: Engine<'_>,
    runs: usize,
    folder: &Path,
) -> Result<Derivative> {
    let mut flags = [includes(), setting.flags()].concat();
    flags.push(format!("-DOBJECTIVE_FILE=\"{}.c\"", objective.name));
    flags.extend(request.defines.iter().map(|&define| define.to_owned()));
    let file = sources()
        .join("requests")
        .join(request.file)
        .display()
        .to_string();
    let object = folder.join("derivative.o");
    if let Engine::Clang { plugin } = engine {
        flags.extend(WARNINGS.map(str::to_owned));
        flags.push(format!("-fpass-plugin={}", plugin.display()));
        flags.extend(strings(["-c", "-o", "derivative.o", &file]));
        run(tool("clang"), &flags, folder)?.success()?;
        return Ok(Derivative { object, pass: None });
    }
    let (compiler, opt, plugin, pass) = match engine {
        Engine::Peer(peer) => (
            peer.clang(),
            peer.opt.clone(),
            peer.plugin.as_path(),
            peer.pass.as_str(),
        ),
        Engine::Opt { plugin } | Engine::Clang { plugin } => {
            flags.extend(WARNINGS.map(str::to_owned));
            (tool("clang").into(), tool("opt").into(), plugin, "rs-enzyme")
        }
    };
    flags.extend(strings(["-emit-llvm", "-S", "-o", REQUEST, &file]));
    run(&compiler, &flags, folder)?.success()?;
    let pass = differentiate(&opt, plugin, pass, runs, folder)?;
    // Without the flags for C: IR takes no preprocessor options.
    let level = format!("-O{}", setting.level);
    let arguments = strings([&level, "-fPIC", "-c", "-o", "derivative.o", DIFFERENTIATED]);
    run(tool("clang"), &arguments, folder)?.success()?;
    Ok(Derivative {
        object,
        pass: Some(pass),
    })
}

/// Runs the pass on the request; returns the median of its CPU time by `opt`'s own clock.
fn differentiate(opt: &Path, plugin: &Path, pass: &str, runs: usize, folder: &Path) -> Result<Duration> {
    let load = format!("-load-pass-plugin={}", plugin.display());
    let passes = format!("-passes={pass}");
    let arguments = [
        &load,
        &passes,
        "-time-passes",
        "-S",
        "-o",
        DIFFERENTIATED,
        REQUEST,
    ];
    let mut seconds = Vec::new();
    for _ in 0..runs.max(1) {
        let finished = run(opt, &arguments, folder)?.success()?;
        seconds.push(
            finished
                .output
                .lines()
                .filter_map(pass_seconds)
                .fold(0.0, f64::max),
        );
    }
    seconds.sort_by(f64::total_cmp);
    Ok(Duration::from_secs_f64(seconds[seconds.len() / 2]))
}

/// User and system time of a pass, from a line of what `-time-passes` prints: columns `seconds (percent)`, the last of them wall time, then the
/// name. The pass of the plugin has the most, as it has what the passes that it runs have, which are listed as well.
fn pass_seconds(line: &str) -> Option<f64> {
    let mut columns = line.rsplit("%)");
    let (name, _wall) = (columns.next()?, columns.next()?);
    if name.trim() == "Total" {
        return None;
    }
    columns.next()?.trim_start().split(' ').next()?.parse().ok()
}

/// Links object files to an executable.
///
/// # Errors
/// If clang fails.
pub fn link(objects: &[PathBuf], executable: &Path) -> Result<()> {
    link_as(&[], objects, executable)
}

/// Links object files to a shared object that does not look for its own functions elsewhere.
///
/// # Errors
/// If clang fails.
pub fn link_shared(objects: &[PathBuf], library: &Path) -> Result<()> {
    link_as(&["-shared", "-Wl,-Bsymbolic"], objects, library)
}

fn link_as(flags: &[&str], objects: &[PathBuf], output: &Path) -> Result<()> {
    let folder = output.parent().unwrap_or(Path::new("."));
    let mut arguments: Vec<String> = flags.iter().map(|&flag| flag.to_owned()).collect();
    arguments.extend(objects.iter().map(|object| object.display().to_string()));
    arguments.extend(strings(["-lm", "-ldl", "-o", &output.display().to_string()]));
    run(tool("clang"), &arguments, folder)?.success()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::pass_seconds;

    #[test]
    fn reads_the_time_of_a_pass() {
        let line = "   0.1118 ( 54.0%)   0.0217 ( 57.2%)   0.1335 ( 54.5%)   0.2867 ( 55.2%)  rs-enzyme";
        assert_eq!(pass_seconds(line), Some(0.1335));
        let line = "   0.0163 ( 93.2%)   0.0163 (  7.9%)   0.0364 (  7.0%)  InstCombinePass";
        assert_eq!(pass_seconds(line), Some(0.0163));
        assert_eq!(
            pass_seconds("  Total Execution Time: 0.2448 seconds (0.5190 wall clock)"),
            None
        );
        assert_eq!(
            pass_seconds("   ---User Time---   --System Time--   --- Name ---"),
            None
        );
    }
}
