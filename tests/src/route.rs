//! The ways in which a program gets from its source to its answer.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use crate::command::{Finished, PROGRAM_LIMIT, TOOL_LIMIT, run, run_command, tool};
use crate::program::{Asks, Language, Program, root};

/// How a program is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The compiler at this level writes bitcode, `opt` runs the pass, the compiler at the same level makes an executable.
    /// At level 0 the functions are not marked `optnone`, as Enzyme's documentation recommends.
    Opt(u8),
    /// The same at level 0 with functions marked `optnone` and `noinline`, which is what `clang -O0` does unasked.
    OptNone,
    /// The same as [`Route::Opt`], three directions at once.
    Width(u8),
    /// The compiler loads the plugin by itself, with debug information.
    Compiler(u8),
    /// Gradients, as [`Route::Opt`].
    Gradient(u8),
    /// Gradients, as [`Route::OptNone`].
    GradientOptNone,
    /// Gradients for three weights at once, as [`Route::Opt`].
    GradientWidth(u8),
    /// Gradients, as [`Route::Compiler`].
    GradientCompiler(u8),
    /// Without the plugin: difference quotients stand in for its answers, so that only the program is tested.
    SelfTest,
}

impl Route {
    /// The routes that a program of this kind goes.
    pub fn of(program: &Program) -> Vec<Self> {
        if program.asks == Asks::Gradients {
            return Vec::new();
        }
        let mut routes = vec![Self::Opt(0), Self::Opt(1), Self::Opt(2), Self::Opt(3)];
        if program.language != Language::Ir {
            routes.extend([Self::OptNone, Self::Compiler(2), Self::SelfTest]);
        }
        if program.asks == Asks::ByDrivers && program.language == Language::C {
            routes.extend([Self::Width(0), Self::Width(2)]);
        }
        routes
    }

    /// The routes to gradients that a program of this kind goes.
    pub fn gradients_of(program: &Program) -> Vec<Self> {
        if program.asks == Asks::Tangents {
            return Vec::new();
        }
        let mut routes: Vec<_> = (0..4).map(Self::Gradient).collect();
        if program.language != Language::Ir {
            routes.extend([Self::GradientOptNone, Self::GradientCompiler(2)]);
        }
        if program.asks == Asks::ByDrivers && program.language == Language::C {
            routes.extend([Self::GradientWidth(0), Self::GradientWidth(2)]);
        }
        routes
    }

    /// A short name: part of the test's name, and what `expected-refusals.toml` writes.
    pub fn name(self) -> String {
        match self {
            Self::Opt(level) => format!("O{level}"),
            Self::OptNone => "optnone".into(),
            Self::Width(level) => format!("width3-O{level}"),
            Self::Compiler(level) => format!("plugin-O{level}-g"),
            Self::Gradient(level) => format!("reverse-O{level}"),
            Self::GradientOptNone => "reverse-optnone".into(),
            Self::GradientWidth(level) => format!("reverse-width3-O{level}"),
            Self::GradientCompiler(level) => format!("reverse-plugin-O{level}-g"),
            Self::SelfTest => "selftest".into(),
        }
    }

    /// Whether the program is compiled with the plugin.
    pub fn uses_plugin(self) -> bool {
        self != Self::SelfTest
    }

    fn level(self) -> u8 {
        match self {
            Self::Opt(level) | Self::Width(level) | Self::Compiler(level) => level,
            Self::Gradient(level) | Self::GradientWidth(level) | Self::GradientCompiler(level) => level,
            Self::OptNone | Self::GradientOptNone => 0,
            Self::SelfTest => 1,
        }
    }

    /// Options of the compiler for this route.
    fn flags(self) -> Vec<String> {
        let mut flags = vec![format!("-O{}", self.level())];
        let more: &[&str] = match self {
            Self::Opt(0) => &["-Xclang", "-disable-O0-optnone"],
            Self::Width(0) => &["-DWIDTH=3", "-Xclang", "-disable-O0-optnone"],
            Self::Width(_) => &["-DWIDTH=3"],
            Self::Compiler(_) => &["-g"],
            Self::SelfTest => &["-DSELFTEST"],
            Self::Gradient(0) => &["-DREVERSE", "-Xclang", "-disable-O0-optnone"],
            Self::Gradient(_) | Self::GradientOptNone => &["-DREVERSE"],
            Self::GradientWidth(0) => &["-DREVERSE", "-DWIDTH=3", "-Xclang", "-disable-O0-optnone"],
            Self::GradientWidth(_) => &["-DREVERSE", "-DWIDTH=3"],
            Self::GradientCompiler(_) => &["-DREVERSE", "-g"],
            Self::Opt(_) | Self::OptNone => &[],
        };
        flags.extend(more.iter().map(|&flag| flag.to_owned()));
        flags
    }
}

/// Compiles with the plugin, up to an executable.
///
/// # Errors
/// If a compiler or `opt` fails, with all that it printed.
pub fn compile(program: &Program, route: Route, plugin: &Path, folder: &Path) -> Result<PathBuf> {
    let executable = folder.join(&program.name);
    match route {
        Route::SelfTest => compiler(program, route, &program.source, &[], folder, &executable)?,
        Route::Compiler(_) | Route::GradientCompiler(_) => {
            let load = format!("-fpass-plugin={}", plugin.display());
            compiler(program, route, &program.source, &[load], folder, &executable)?;
        }
        Route::Opt(_)
        | Route::OptNone
        | Route::Width(_)
        | Route::Gradient(_)
        | Route::GradientOptNone
        | Route::GradientWidth(_) => {
            let bitcode = bitcode(program, route, folder)?;
            differentiate(&bitcode, plugin, folder)?.success()?;
            compiler(
                program,
                route,
                &folder.join(DIFFERENTIATED),
                &[],
                folder,
                &executable,
            )?;
        }
    }
    Ok(executable)
}

/// The name of the file that `opt` writes.
pub const DIFFERENTIATED: &str = "differentiated.bc";

/// Runs the pass on `input`; the result is [`DIFFERENTIATED`] in `folder`.
///
/// # Errors
/// If `opt` cannot be started or hangs. That it refuses is no error here.
pub fn differentiate(input: &Path, plugin: &Path, folder: &Path) -> Result<Finished> {
    let mut command = differentiate_command(input, plugin);
    command.current_dir(folder);
    run_command(command, TOOL_LIMIT)
}

/// The command of [`differentiate`], to be run in the folder for the result.
#[must_use]
pub fn differentiate_command(input: &Path, plugin: &Path) -> Command {
    let mut command = Command::new(tool("opt"));
    command
        .arg(format!("-load-pass-plugin={}", plugin.display()))
        .arg("-passes=rs-enzyme,verify")
        .arg(input)
        .args(["-o", DIFFERENTIATED]);
    command
}

/// Runs the executable, which returns the number of failed comparisons.
///
/// # Errors
/// If there are any, with what the program printed.
pub fn execute(executable: &Path, folder: &Path) -> Result<()> {
    let mut command = Command::new(executable);
    command.current_dir(folder);
    run_command(command, PROGRAM_LIMIT)?.success()?;
    Ok(())
}

/// The whole program as bitcode or, if it is IR, as text; not yet differentiated.
fn bitcode(program: &Program, route: Route, folder: &Path) -> Result<PathBuf> {
    let output = folder.join("source.bc");
    let emit = ["-emit-llvm".to_owned(), "-c".into()];
    if program.language != Language::Ir {
        compiler(program, route, &program.source, &emit, folder, &output)?;
        return Ok(output);
    }
    let driver = folder.join("driver.bc");
    let driver_source = program.source.with_extension("c");
    ensure!(driver_source.is_file(), "{} is missing", driver_source.display());
    compiler(program, route, &driver_source, &emit, folder, &driver)?;
    let passes = match route.level() {
        0 => "-passes=verify".to_owned(),
        level => format!("-passes=default<O{level}>"),
    };
    let source = program.source.display().to_string();
    // As text: bitcode has no room for metadata among the variable arguments of a call.
    run(
        tool("opt"),
        &[passes, source, "-S".into(), "-o".into(), "function.ll".into()],
        folder,
    )?
    .success()?;
    run(
        tool("llvm-link"),
        &["-S", "driver.bc", "function.ll", "-o", "source.ll"],
        folder,
    )?
    .success()?;
    Ok(folder.join("source.ll"))
}

/// One run of the compiler driver, on source or on bitcode.
fn compiler(
    program: &Program,
    route: Route,
    input: &Path,
    extra: &[String],
    folder: &Path,
    output: &Path,
) -> Result<()> {
    let (compiler, standard) = match program.language {
        Language::Cxx => ("clang++", "-std=c++20"),
        Language::C | Language::Ir => ("clang", "-std=gnu17"),
    };
    let mut arguments = if input.extension().is_some_and(|extension| extension == "bc") {
        vec![format!("-O{}", route.level())]
    } else {
        let mut arguments = route.flags();
        arguments
            .extend([standard, "-Wall", "-Wextra", "-Wno-unneeded-internal-declaration"].map(str::to_owned));
        arguments.push(format!("-I{}", root().join("include").display()));
        arguments.push("-I/usr/include/eigen3".into());
        arguments
    };
    arguments.extend(extra.iter().cloned());
    arguments.extend([
        input.display().to_string(),
        "-o".into(),
        output.display().to_string(),
    ]);
    if !extra.iter().any(|flag| flag == "-c") {
        arguments.push("-lm".into());
    }
    run(tool(compiler), &arguments, folder)?.success()?;
    Ok(())
}
