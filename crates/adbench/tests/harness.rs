//! The comparison itself: what it does with columns that are wrong, crash, hang or are missing, with inputs that are malformed, and when it
//! is called again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use adbench::build::{Built, Tools};
use adbench::column::Column;
use adbench::compile::{self, Peer, Setting};
use adbench::measure::{Effort, Task};
use adbench::objective::{Kind, OBJECTIVES, Objective};
use adbench::results::{Cell, Outcome};
use adbench::run::{self, Options};
use corpus::command::{run as run_tool, tool};

const EFFORT: Effort = Effort {
    rounds: 2,
    seconds: 0.0,
    limit: Duration::from_secs(5),
};

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("harness").join(name);
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

fn tools(folder: PathBuf, peers: Vec<Peer>) -> Tools {
    Tools {
        plugin: "no-plugin.so".into(),
        cargo_rsenzyme: "no-folder".into(),
        peers,
        setting: Setting {
            level: 1,
            restrict: true,
        },
        folder,
    }
}

fn objective(name: &str) -> Objective {
    let mut all = OBJECTIVES.into_iter();
    all.find(|objective| objective.name == name)
        .expect("it is in the list")
}

/// A column whose run is this text of C.
fn column(folder: &Path, name: &str, body: &str) -> Built {
    let call = compile::sources().join("harness/call.h");
    let text = format!(
        "#include \"{}\"\n#include <math.h>\n#include <stdlib.h>\n\
         void column_run(const struct call *call) {{ {body} }}\n",
        call.display()
    );
    let source = folder.join(format!("{name}.c"));
    fs::write(&source, text).expect("a file can be written");
    let library = folder.join(format!("{name}.so"));
    let arguments = [
        "-shared".into(),
        "-fPIC".into(),
        "-o".into(),
        library.display().to_string(),
        source.display().to_string(),
    ];
    let compiled = run_tool(tool("clang"), &arguments, folder).expect("clang runs");
    compiled.success().expect("it compiles");
    Built {
        library,
        symbol: "column_run".into(),
        pass: None,
        build: None,
        fingerprint: 0,
    }
}

/// The truncated series of the logarithm and its derivative, in C.
const RIGHT: &str = "double power = 1.0, sum = 0.0, slope = 0.0; \
    for (int i = 1; i <= *(const int *)call->given; i++) { slope += power; power *= *call->x; sum += power / i; } \
    *call->y = sum; if (call->size) *call->result = slope;";

#[test]
fn columns_that_are_wrong_crash_or_hang_lose_their_cells_only() {
    let folder = scratch("columns");
    let tools = tools(folder.clone(), Vec::new());
    let worker = tools
        .worker(&objective("taylor_log"))
        .expect("the worker compiles");
    let primal = column(&folder, "primal", RIGHT);
    let peer = |name: &str, body: &str| (Column::Peer(name.into()), column(&folder, name, body));
    let columns = [
        peer("wrong", &format!("{RIGHT} *call->result *= 1.00001;")),
        peer("wrong-value", &format!("{RIGHT} *call->y += 1.0;")),
        peer("nothing", ""),
        peer("crashes", "*(volatile int *)0 = 1;"),
        peer("ends", "exit(3);"),
        peer("hangs", "for (volatile int i = 0;; i++);"),
        peer("right", RIGHT),
        peer(
            "crashes-later",
            &format!("static int calls; if (calls++ > 1) abort(); {RIGHT}"),
        ),
    ];
    let task = Task {
        worker: &worker,
        primal: &primal,
        source: "taylor_log:40",
        kind: Kind::Gradient,
        effort: EFFORT,
        scratch: &folder,
    };
    let outcomes = task
        .run(&columns, &[], &|_| {})
        .expect("the primal and one column are right");
    let of = |name: &str| {
        let found = outcomes
            .iter()
            .find(|(column, _)| *column == Column::Peer(name.into()));
        match &found.expect("each column has an outcome").1 {
            Outcome::Measured(measured) => format!("measured {}", measured.rounds),
            Outcome::Wrong { message, .. } => format!("wrong: {message}"),
            Outcome::Failed { message } => format!("failed: {message}"),
        }
    };
    assert_eq!(of("right"), "measured 2");
    assert!(
        of("wrong").starts_with("wrong: derivative differs from that of right by 1.0e-5"),
        "{}",
        of("wrong")
    );
    assert!(
        of("wrong-value").starts_with("wrong: values differ from those of right"),
        "{}",
        of("wrong-value")
    );
    assert!(of("nothing").starts_with("wrong: "), "{}", of("nothing"));
    assert_eq!(of("crashes"), "failed: crashed: segmentation fault");
    assert_eq!(of("ends"), "failed: ended with status 3");
    assert_eq!(of("hangs"), "failed: no answer within 5 s");
    assert_eq!(of("crashes-later"), "failed: crashed: aborted");
}

#[test]
fn without_a_right_column_there_is_no_reference() {
    let folder = scratch("reference");
    let tools = tools(folder.clone(), Vec::new());
    let worker = tools
        .worker(&objective("taylor_log"))
        .expect("the worker compiles");
    let primal = column(&folder, "primal", RIGHT);
    let wrong = column(&folder, "wrong", &format!("{RIGHT} *call->result += 1.0;"));
    let task = Task {
        worker: &worker,
        primal: &primal,
        source: "taylor_log:40",
        kind: Kind::Gradient,
        effort: EFFORT,
        scratch: &folder,
    };
    let columns = [(Column::Opt, wrong)];
    let error = task.run(&columns, &[], &|_| {}).expect_err("nothing is right");
    let text = format!("{error:#}");
    assert!(
        text.starts_with("no column agrees with the complex step: rsenzyme opt "),
        "{text}"
    );
}

fn options(folder: &Path, columns: Vec<Column>, filter: &str) -> Options {
    let missing = Peer {
        name: "missing".into(),
        plugin: "/no/such/plugin.so".into(),
        opt: tool("opt").into(),
        pass: "enzyme".into(),
    };
    Options {
        tools: tools(folder.join("build"), vec![missing]),
        columns,
        data: None,
        filter: filter.into(),
        quick: false,
        effort: EFFORT,
        output: folder.join("results"),
        fresh: false,
    }
}

fn problem<'a>(cells: &'a [Cell], column: &Column) -> &'a str {
    let cell = cells.iter().find(|cell| cell.column == *column);
    cell.expect("the cell is there").problem().unwrap_or("none")
}

#[test]
fn a_missing_peer_is_said_and_a_second_run_measures_nothing_again() {
    let folder = scratch("runs");
    let peer = Column::Peer("missing".into());
    let columns = vec![Column::Primal, Column::Manual, peer.clone()];
    let mut options = options(&folder, columns, "taylor_log:1000");
    options.fresh = true;
    let first = run::all(&options).expect("it runs");
    assert_eq!(
        problem(&first, &peer),
        "peer `missing`: /no/such/plugin.so does not exist"
    );
    assert_eq!(problem(&first, &Column::Manual), "none");
    assert_eq!(problem(&first, &Column::Primal), "none");
    options.fresh = false;
    let kept = fs::read(options.output.join("cells.jsonl")).expect("cells were kept");
    let second = run::all(&options).expect("it runs");
    let keys = |cells: &[Cell]| cells.iter().map(|cell| cell.key).collect::<Vec<_>>();
    assert_eq!(keys(&first), keys(&second));
    assert_eq!(
        fs::read(options.output.join("cells.jsonl")).expect("they still are"),
        kept
    );
    options.effort.rounds = 1;
    let third = run::all(&options).expect("it runs");
    assert_ne!(keys(&second), keys(&third));
}

#[test]
fn a_malformed_input_is_said_and_the_others_are_measured() {
    let folder = scratch("data");
    let data = folder.join("data");
    adbench::generate::gmm(&data.join("gmm/gmm_good.txt"), 2, 2, 30).expect("a file can be written");
    let text = fs::read_to_string(data.join("gmm/gmm_good.txt")).expect("it was written");
    fs::write(data.join("gmm/gmm_cut.txt"), &text[..text.len() / 2]).expect("a file can be written");
    let mut options = options(&folder, vec![Column::Primal, Column::Manual], "gmm");
    options.data = Some(data);
    let cells = run::all(&options).expect("it runs");
    let of = |input: &str| {
        cells
            .iter()
            .filter(|cell| cell.case.input == input)
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(problem(&of("gmm_good"), &Column::Manual), "none");
    let cut = of("gmm_cut");
    assert!(
        problem(&cut, &Column::Primal).contains("gmm_cut.txt:"),
        "{}",
        problem(&cut, &Column::Primal)
    );
}

#[test]
fn objectives_in_rust_have_the_values_of_those_in_c() {
    let folder = scratch("rust");
    let tools = tools(folder.clone(), Vec::new());
    for objective in OBJECTIVES {
        let kind = objective.kinds[0];
        let make = |column: Column| {
            let recipe = column.recipe(&objective, kind).expect("it has one");
            let built = tools.column(&column, recipe, &objective, kind);
            (column, built.expect("it can be built"))
        };
        let (_, primal) = make(Column::Primal);
        let columns = [make(Column::PrimalRust)];
        let worker = tools.worker(&objective).expect("the worker compiles");
        for source in objective
            .small_sources(&folder.join(objective.name).join("inputs"))
            .expect("inputs can be made")
        {
            let task = Task {
                worker: &worker,
                primal: &primal,
                source: &source,
                kind,
                effort: EFFORT,
                scratch: &folder,
            };
            let outcomes = task.run(&columns, &[], &|_| {}).expect("the primal is right");
            assert!(
                matches!(outcomes[0].1, Outcome::Measured(_)),
                "{source}: {:?}",
                outcomes[0].1
            );
        }
    }
}
