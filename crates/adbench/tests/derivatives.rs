//! Derivatives of ADBench's objectives and of further kernels against the complex step, to 1e-8 relative.
//!
//! One test for each objective, column and way to compile it; `cargo test -p rsenzyme-adbench --test derivatives -- lstm/reverse` runs some.
//! Small generated inputs are compared in all coordinates; at -O3 with `restrict` also large ones, in random directions. With
//! `RSENZYME_ADBENCH_DATA` set to a folder of ADBench's files, each test takes all of its objective's instead. Executables stay in `target/tmp/adbench`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use adbench::compile::{self, Setting};
use adbench::objective::{Column, OBJECTIVES, Objective};
use anyhow::{Result, anyhow};
use corpus::command::{PROGRAM_LIMIT, run_command};
use corpus::plugin;
use libtest_mimic::{Arguments, Failed, Trial};

/// How much unknowns are moved, so that those that a file repeats differ.
const PERTURBATION: &str = "0.01";

/// More than any small input has: all coordinates.
const ALL: &str = "1000000";

/// Directions in which large inputs are compared.
const FEW: &str = "3";

/// How long one comparison on a large file may take.
const FILE_LIMIT: Duration = Duration::from_secs(240);

/// What the tests of one objective share, made by the first that runs.
struct Shared {
    objective: Objective,
    folder: PathBuf,
    made: OnceLock<Result<Parts, String>>,
}

/// What is linked with a column, and what it is tried on.
#[derive(Clone)]
struct Parts {
    objects: Vec<PathBuf>,
    inputs: Vec<String>,
}

impl Shared {
    fn get(&self) -> Result<Parts> {
        let make = || {
            let objects = compile::common(&self.objective, "verify", 2, &self.folder.join("common"))?;
            let inputs = self.objective.small_sources(&self.folder.join("inputs"))?;
            anyhow::Ok(Parts { objects, inputs })
        };
        let made = self
            .made
            .get_or_init(|| make().map_err(|error| format!("{error:#}")));
        made.clone().map_err(|text| anyhow!(text))
    }
}

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = vec![Trial::test("differences_are_noticed", differences_are_noticed)];
    for objective in OBJECTIVES {
        let shared = Arc::new(Shared {
            objective,
            folder: Path::new(env!("CARGO_TARGET_TMPDIR"))
                .join("adbench")
                .join(objective.name),
            made: OnceLock::new(),
        });
        for column in objective.columns() {
            for setting in settings(column) {
                let shared = Arc::clone(&shared);
                let name = format!("{}/{column:?}/{}", objective.name, setting.name()).to_lowercase();
                trials.push(Trial::test(name, move || check(&shared, column, setting)));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// The comparison of one function's derivative with another function fails.
fn differences_are_noticed() -> Result<(), Failed> {
    let compare = || {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("adbench/noticed");
        let [function, other] = ["matrix_descent", "logsumexp"].map(|name| {
            let found = OBJECTIVES.into_iter().find(|objective| objective.name == name);
            found.expect("the kernel is in the list")
        });
        let setting = Setting {
            level: 2,
            restrict: true,
        };
        let mut objects = compile::common(&function, "verify", 2, &folder.join("common"))?;
        let column = compile::column(
            &other,
            Column::Forward,
            setting,
            &plugin::path()?,
            &folder.join("column"),
        )?;
        objects.push(column);
        let executable = folder.join("verify");
        compile::link(&objects, &executable)?;
        let mut command = Command::new(&executable);
        command.args(["forward", "matrix_descent:3", PERTURBATION, ALL]);
        run_command(command, PROGRAM_LIMIT)
    };
    let finished = compare().map_err(|error| format!("{error:#}"))?;
    if finished.code() == Some(1) && finished.output.contains("by the complex step") {
        return Ok(());
    }
    Err(format!("should have differed: {finished}").into())
}

fn settings(column: Column) -> Vec<Setting> {
    let all = (1..=3).flat_map(|level| [true, false].map(|restrict| Setting { level, restrict }));
    all.filter(|setting| column != Column::Manual || (setting.level == 3 && setting.restrict))
        .collect()
}

fn check(shared: &Shared, column: Column, setting: Setting) -> Result<(), Failed> {
    compare(shared, column, setting).map_err(|error| format!("{error:#}").into())
}

fn compare(shared: &Shared, column: Column, setting: Setting) -> Result<()> {
    let plugin = match column.request() {
        Some(_) => plugin::path()?,
        None => PathBuf::new(),
    };
    let Parts { mut objects, inputs } = shared.get()?;
    let folder = shared.folder.join(format!("{column:?}-{}", setting.name()));
    objects.push(compile::column(
        &shared.objective,
        column,
        setting,
        &plugin,
        &folder,
    )?);
    let executable = folder.join("verify");
    compile::link(&objects, &executable)?;
    for input in inputs {
        verify(&executable, column, &input, ALL, PROGRAM_LIMIT)?;
    }
    let inputs = shared
        .folder
        .join(format!("{column:?}-{}-inputs", setting.name()));
    for input in large(&shared.objective, setting, &inputs)? {
        verify(&executable, column, &input, FEW, FILE_LIMIT)?;
    }
    Ok(())
}

/// Inputs of the size of measurements: tapes of many pieces, and deep recursion. Without data files at one setting only.
fn large(objective: &Objective, setting: Setting, folder: &Path) -> Result<Vec<String>> {
    if let Some(data) = std::env::var_os("RSENZYME_ADBENCH_DATA") {
        let files = objective.data_files(Path::new(&data))?;
        let names = files.iter().map(|file| file.display().to_string());
        return Ok(names.chain(objective.kernel_sources()).collect());
    }
    match setting.level == 3 && setting.restrict {
        true => objective.generated_sources(folder),
        false => Ok(Vec::new()),
    }
}

/// Runs the comparison, which ends with a bad status if a number differs.
fn verify(executable: &Path, column: Column, input: &str, directions: &str, limit: Duration) -> Result<()> {
    let mut command = Command::new(executable);
    command.args([column.name(), input, PERTURBATION, directions]);
    run_command(command, limit)?.success()?;
    Ok(())
}
