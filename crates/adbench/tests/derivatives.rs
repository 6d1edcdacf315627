//! Derivatives of ADBench's objectives and of further kernels against the complex step, to 1e-8 relative.
//!
//! One test for each objective, column and way to compile it; `cargo test -p rsenzyme-adbench --test derivatives -- lstm/reverse` runs some.
//! Small generated inputs are compared in all coordinates; at -O3 with `restrict` also large ones, in random directions. With
//! `RSENZYME_ADBENCH_DATA` set to a folder of ADBench's files, each test takes all of its objective's instead. Executables stay in `target/tmp/adbench`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use adbench::compile::{self, Engine, Request, Setting};
use adbench::objective::{Kind, OBJECTIVES, Objective};
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
            let folder = self.folder.join("common");
            let objects = common(&self.objective, &folder)?;
            let inputs = self.objective.small_sources(&self.folder.join("inputs"))?;
            anyhow::Ok(Parts { objects, inputs })
        };
        let made = self
            .made
            .get_or_init(|| make().map_err(|error| format!("{error:#}")));
        made.clone().map_err(|text| anyhow!(text))
    }
}

/// A derivative under test.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Column {
    /// What the executable `verify` calls it.
    name: &'static str,
    /// What the test is called.
    test: &'static str,
    /// How it is made; none for what is written by hand.
    request: Option<Request>,
}

const fn by_request(name: &'static str, test: &'static str, file: &'static str) -> Column {
    Column {
        name,
        test,
        request: Some(Request::new(file)),
    }
}

const ROW_BY_ROW: Column = Column {
    name: "jacobian",
    test: "jacobian-by-row",
    request: Some(Request {
        file: "ba_jacobian.c",
        defines: &["-DROW_BY_ROW"],
    }),
};

const fn by_hand(name: &'static str) -> Column {
    Column {
        name,
        test: name,
        request: None,
    }
}

fn columns(objective: &Objective) -> Vec<Column> {
    let mut columns = vec![
        by_request("forward", "forward", "forward.c"),
        by_request("reverse", "reverse", "reverse.c"),
    ];
    match objective.name {
        "ba" => columns.extend([
            by_request("jacobian", "jacobian", "ba_jacobian.c"),
            ROW_BY_ROW,
            by_request("forward-jacobian", "forward-jacobian", "ba_forward.c"),
        ]),
        "hand" => columns.push(by_request(
            "forward-jacobian",
            "forward-jacobian",
            "hand_jacobian.c",
        )),
        _ => {}
    }
    for &kind in objective.kinds {
        match kind {
            _ if !objective.has_manual(kind) => {}
            Kind::Gradient => columns.push(by_hand("manual")),
            Kind::Jacobian => columns.push(by_hand("manual-jacobian")),
        }
    }
    columns
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
        for column in columns(&objective) {
            for setting in settings(&objective, column) {
                let shared = Arc::clone(&shared);
                let name = format!("{}/{}/{}", objective.name, column.test, setting.name()).to_lowercase();
                trials.push(Trial::test(name, move || check(&shared, column, setting)));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Compiles a column in a folder; returns its object file.
fn make(
    objective: &Objective,
    column: Column,
    setting: Setting,
    plugin: &Path,
    folder: &Path,
) -> Result<PathBuf> {
    compile::make_folder(folder)?;
    match column.request {
        Some(request) => {
            let engine = Engine::Opt { plugin };
            Ok(compile::derivative(objective, request, setting, engine, 1, folder)?.object)
        }
        None => compile::object(
            &format!("manual/{}.c", objective.name),
            &setting.flags(),
            "column.o",
            folder,
        ),
    }
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
        let mut objects = common(&function, &folder.join("common"))?;
        let forward = by_request("forward", "forward", "forward.c");
        let column = make(&other, forward, setting, &plugin::path()?, &folder.join("column"))?;
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

/// Everything that `verify` needs beside a column: the objective with real and with complex numbers.
fn common(objective: &Objective, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut objects = compile::common(objective, "verify", 2, folder)?;
    let primal = format!("objectives/{}.c", objective.name);
    objects.push(compile::object(&primal, &["-O2".into()], "primal.o", folder)?);
    Ok(objects)
}

/// What is written by hand at one setting, the kernels at two, ADBench's objectives at all.
fn settings(objective: &Objective, column: Column) -> Vec<Setting> {
    let all = (1..=3).flat_map(|level| [true, false].map(|restrict| Setting { level, restrict }));
    let best = |setting: &Setting| setting.level == 3 && setting.restrict;
    let worst = |setting: &Setting| setting.level == 1 && !setting.restrict;
    all.filter(|setting| match column.request {
        None => best(setting),
        Some(_) => objective.sizes.is_empty() || best(setting) || worst(setting),
    })
    .collect()
}

fn check(shared: &Shared, column: Column, setting: Setting) -> Result<(), Failed> {
    compare(shared, column, setting).map_err(|error| format!("{error:#}").into())
}

fn compare(shared: &Shared, column: Column, setting: Setting) -> Result<()> {
    let plugin = match column.request {
        Some(_) => plugin::path()?,
        None => PathBuf::new(),
    };
    let Parts { mut objects, inputs } = shared.get()?;
    let folder = shared.folder.join(format!("{}-{}", column.test, setting.name()));
    objects.push(make(&shared.objective, column, setting, &plugin, &folder)?);
    let executable = folder.join("verify");
    compile::link(&objects, &executable)?;
    for input in inputs {
        verify(&executable, column, &input, ALL, PROGRAM_LIMIT)?;
    }
    let inputs = shared
        .folder
        .join(format!("{}-{}-inputs", column.test, setting.name()));
    for input in large(&shared.objective, setting, &inputs)? {
        verify(&executable, column, &input, FEW, FILE_LIMIT)?;
    }
    Ok(())
}

/// Inputs of the size of measurements: tapes of many pieces, and deep recursion. Without data files at one setting only, and not the largest.
fn large(objective: &Objective, setting: Setting, folder: &Path) -> Result<Vec<String>> {
    if let Some(data) = std::env::var_os("RSENZYME_ADBENCH_DATA") {
        let files = objective.data_files(Path::new(&data))?;
        let names = files.iter().map(|file| file.display().to_string());
        return Ok(names.chain(objective.kernel_sources()).collect());
    }
    if setting.level != 3 || !setting.restrict {
        return Ok(Vec::new());
    }
    let mut sources = objective.generated_sources(folder)?;
    sources.truncate(2);
    Ok(sources)
}

/// Runs the comparison, which ends with a bad status if a number differs.
fn verify(executable: &Path, column: Column, input: &str, directions: &str, limit: Duration) -> Result<()> {
    let mut command = Command::new(executable);
    command.args([column.name, input, PERTURBATION, directions]);
    run_command(command, limit)?.success()?;
    Ok(())
}
