//! The command `rsenzyme`: carries out the requests for derivatives in files of LLVM IR.
//!
//! It does what the plugin does in a host, without a host, so that a module can be looked at before and after. Errors are printed with
//! their source lines and nothing is written after one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use clap::{Parser, Subcommand};
use inkwell::context::Context;
use inkwell::memory_buffer::MemoryBuffer;
use inkwell::module::Module;
// Links libLLVM: without a mention of the crate its link flags would vanish.
use llvm_link as _;
use rsenzyme::{Diagnostic, Options, Severity};

/// Automatic differentiation of LLVM IR.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Replaces the calls of __enzyme_* functions in a module by derivatives.
    Lower {
        /// The module: textual IR or bitcode.
        input: PathBuf,
        /// Where to write the result; `-` for the terminal. Files that end in `.bc` get bitcode, others text.
        #[arg(short, long, default_value = "-")]
        output: PathBuf,
        /// Sets an option, such as `strong-zero` or `fast-math=0`; may be repeated.
        #[arg(short = 'O', long = "option", value_name = "NAME[=VALUE]")]
        options: Vec<String>,
    },
    /// Shows what the analyses say about a function: types and activity of each instruction next to its source line, or what a gradient
    /// stores.
    Explain {
        /// The module: textual IR or bitcode.
        input: PathBuf,
        /// The symbol of the function.
        #[arg(short, long)]
        function: String,
        /// Only this value, with the reasons for its types and its activity.
        #[arg(short, long)]
        value: Option<String>,
        /// What a gradient of the function stores on its tape, and why, in place of the analyses.
        #[arg(short, long, conflicts_with = "value")]
        tape: bool,
        /// Sets an option, such as `strict-aliasing=0`; may be repeated.
        #[arg(short = 'O', long = "option", value_name = "NAME[=VALUE]")]
        options: Vec<String>,
    },
    /// Lists the options with their defaults.
    Options,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Lower {
            input,
            output,
            options,
        } => lower(&input, &output, &options),
        Command::Explain {
            input,
            function,
            value,
            tape,
            options,
        } => explain(&input, &function, (value.as_deref(), tape), &options),
        Command::Options => list_options(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn parse_options(settings: &[String]) -> anyhow::Result<Options> {
    let mut options = Options::default();
    for setting in settings {
        let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
        options.set(name, value)?;
    }
    Ok(options)
}

fn explain(
    input: &Path,
    function: &str,
    (value, tape): (Option<&str>, bool),
    settings: &[String],
) -> anyhow::Result<()> {
    let options = parse_options(settings)?;
    let context = Context::create();
    let module = read(&context, input)?;
    let question = rsenzyme::Question {
        function,
        value,
        folder: input.parent().unwrap_or(Path::new("")),
    };
    // SAFETY: the module is live, and this thread is the only one.
    let text = unsafe {
        match tape {
            true => rsenzyme::explain_tape(module.as_mut_ptr(), &question, &options),
            false => rsenzyme::explain(module.as_mut_ptr(), &question, &options),
        }
    }?;
    std::io::stdout()
        .write_all(text.as_bytes())
        .context("cannot write to the terminal")
}

fn lower(input: &Path, output: &Path, settings: &[String]) -> anyhow::Result<()> {
    let options = parse_options(settings)?;
    let context = Context::create();
    let module = read(&context, input)?;
    // SAFETY: the module is live, and this thread is the only one.
    let outcome = unsafe { rsenzyme::lower(module.as_mut_ptr(), &options) };
    print!("{}", outcome.analyses);
    eprint!("{}", outcome.reports());
    report(&outcome.diagnostics)?;
    module
        .verify()
        .map_err(|error| anyhow!("the result is not valid, which is a bug of rsenzyme: {error}"))?;
    write(&module, output)
}

/// Reads textual IR or bitcode: LLVM tells them apart by their first bytes.
fn read<'ctx>(context: &'ctx Context, path: &Path) -> anyhow::Result<Module<'ctx>> {
    let shown = path.display();
    let buffer =
        MemoryBuffer::create_from_file(path).map_err(|error| anyhow!("cannot read {shown}: {error}"))?;
    context
        .create_module_from_ir(buffer)
        .map_err(|error| anyhow!("{shown} is not LLVM IR: {error}"))
}

/// Prints diagnostics; an error if one of them is.
fn report(diagnostics: &[Diagnostic]) -> anyhow::Result<()> {
    for diagnostic in diagnostics {
        let kind = match diagnostic.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        eprintln!("{kind}: {diagnostic}");
    }
    let errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .count();
    match errors {
        0 => Ok(()),
        1 => bail!("a request could not be carried out; nothing was written"),
        _ => bail!("{errors} errors; nothing was written"),
    }
}

fn write(module: &Module<'_>, path: &Path) -> anyhow::Result<()> {
    let shown = path.display();
    if path == Path::new("-") {
        let text = module.print_to_string().to_string();
        return std::io::stdout()
            .write_all(text.as_bytes())
            .context("cannot write to the terminal");
    }
    if path.extension().is_some_and(|extension| extension == "bc") {
        anyhow::ensure!(module.write_bitcode_to_path(path), "cannot write {shown}");
        return Ok(());
    }
    module
        .print_to_file(path)
        .map_err(|error| anyhow!("cannot write {shown}: {error}"))
}

fn list_options() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for option in Options::all() {
        let kind = if option.is_switch { "" } else { "=VALUE" };
        writeln!(out, "{}{kind}  [default: {}]", option.name, option.default)?;
        writeln!(out, "    {}", option.help)?;
        if !option.aliases.is_empty() {
            writeln!(out, "    Enzyme's name: {}", option.aliases.join(", "))?;
        }
    }
    Ok(())
}
