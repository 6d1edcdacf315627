//! All results as one HTML page: the table, plots, and how it was measured.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::column::Column;
use crate::measure::TOLERANCE;
use crate::plot;
use crate::report::{bytes, case_name, cases, columns, entry, find, problems, time};
use crate::results::{Case, Cell};
use crate::run::Options;

const STYLE: &str = "
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #23272f; background: #f5f6f8; margin: 0; }
main { max-width: 1560px; margin: 0 auto; padding: 24px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 10px; }
p { max-width: 76em; } .note { color: #5b6270; }
.scroll { overflow-x: auto; background: #fff; border: 1px solid #dfe3ea; border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
th, td { padding: 5px 9px; text-align: right; white-space: nowrap; border-bottom: 1px solid #eef0f4; }
thead th { position: sticky; top: 0; background: #fff; border-bottom: 2px solid #cfd5df; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; position: sticky; left: 0; background: #fff; }
tbody tr:hover td { background: #f2f6fd; }
.ours { color: #0b4fb3; } .best { font-weight: 700; background: #e4f4e4; } .problem { color: #b3261e; }
.group td { border-top: 2px solid #dfe3ea; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(640px, 1fr)); gap: 16px; }
figure { margin: 0; background: #fff; border: 1px solid #dfe3ea; border-radius: 8px; padding: 12px; }
figure svg { max-width: 100%; height: auto; } figcaption { font-weight: 600; }
dt { font-weight: 600; } dd { margin: 0 0 6px; white-space: pre-wrap; }
";

/// Writes the page.
///
/// # Errors
/// If a plot cannot be drawn or the file cannot be written.
pub fn write(cells: &[Cell], options: &Options) -> Result<PathBuf> {
    let path = options.output.join("results.html");
    let plots = plots(cells)?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { "rsenzyme: derivatives compared" }
                style { (PreEscaped(STYLE)) }
            }
            body { main {
                h1 { "Derivatives compared" }
                p.note { (machine()) }
                (method(options))
                h2 { "Time of a derivative over that of its primal" }
                (table(cells))
                (plots)
                h2 { "Memory, allocations, compile time" }
                (details(cells))
                (problem_list(cells))
            } }
        }
    };
    fs::write(&path, page.into_string()).with_context(|| path.display().to_string())?;
    Ok(path)
}

/// The processor, the compiler and when it was.
fn machine() -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let first_line = |program: &str, argument: &str| {
        let output = Command::new(program).arg(argument).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned())
    };
    let compiler = first_line(&corpus::command::tool("clang"), "--version");
    let parts = [
        model.map(|(_, name)| name.to_owned()),
        compiler,
        first_line("rustc", "--version"),
        first_line("date", "+%Y-%m-%d %H:%M"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn method(options: &Options) -> Markup {
    let effort = options.effort;
    html! {
        p {
            "Each number is the CPU time of a derivative divided by that of the objective in C, both compiled at -O" (options.tools.setting.level)
            ", in the same round: the median of up to " (effort.rounds) " interleaved rounds of at least " (effort.seconds)
            " s, after a warm-up. The best of a row is green. Every column is a process with a shared object of its own. Its values and its derivative were"
            " compared with those of the others; a difference above " (format!("{TOLERANCE:e}")) " is an error, and one column of each row was compared"
            " with the complex step. “slow” is more than " (effort.limit.as_secs_f64()) " s. Point at a number for its time, memory and spread."
        }
    }
}

/// The first row of each objective and derivative.
fn begins_group(before: Option<&Case>, case: &Case) -> bool {
    before.is_none_or(|before| (&before.objective, before.kind) != (&case.objective, case.kind))
}

fn table(cells: &[Cell]) -> Markup {
    let columns: Vec<Column> = columns(cells)
        .into_iter()
        .filter(|column| *column != Column::Primal)
        .collect();
    let cases = cases(cells);
    html! {
        div.scroll { table {
            thead { tr {
                th { "" } th { "unknowns" } th { "primal" }
                @for column in &columns { th.ours[column.is_rsenzyme()] { (column.title()) } }
            } }
            tbody {
                @for (number, case) in cases.iter().enumerate() {
                    tr.group[begins_group(number.checked_sub(1).and_then(|before| cases.get(before)), case)] {
                        td { (case_name(case)) }
                        td { (case.unknowns) }
                        td { (find(cells, case, &Column::Primal).and_then(Cell::measured).map_or("error".into(), |primal| time(primal.seconds))) }
                        @let best = best(cells, case);
                        @for column in &columns {
                            @let cell = find(cells, case, column);
                            @let is_best = best.is_some_and(|best| cell.and_then(Cell::measured).is_some_and(|m| m.ratio <= best)) && !column.is_primal();
                            td.best[is_best].problem[cell.is_some_and(|cell| cell.problem().is_some())] title=(hint(cell)) { (entry(cell)) }
                        }
                    }
                }
            }
        } }
    }
}

fn best(cells: &[Cell], case: &Case) -> Option<f64> {
    let own = cells
        .iter()
        .filter(|cell| cell.case == *case && !cell.column.is_primal());
    own.filter_map(|cell| Some(cell.measured()?.ratio))
        .reduce(f64::min)
}

fn hint(cell: Option<&Cell>) -> String {
    let Some(cell) = cell else {
        return "the objective is not expressed for this".into();
    };
    match cell.measured() {
        None => cell.problem().unwrap_or_default().to_owned(),
        Some(m) => format!(
            "{} ({:.2} to {:.2} in {} rounds)\nheap beyond the primal {}\n{} allocations\ndiffers by {:.1e}",
            time(m.seconds),
            m.least,
            m.most,
            m.rounds,
            bytes(m.heap_beyond_primal),
            m.allocations,
            m.difference
        ),
    }
}

/// For each objective and derivative the time over size, and the ratios of its largest case.
fn plots(cells: &[Cell]) -> Result<Markup> {
    let mut groups: Vec<Vec<Case>> = Vec::new();
    for case in cases(cells) {
        match groups.last_mut() {
            Some(group) if !begins_group(group.last(), &case) => group.push(case),
            _ => groups.push(vec![case]),
        }
    }
    let mut figures = Vec::new();
    for group in &groups {
        let Some(largest) = group.iter().max_by_key(|case| case.unknowns) else {
            continue;
        };
        let name = format!("{} {}", largest.objective, largest.kind.name());
        figures.push((
            name,
            largest,
            plot::times(group, cells)?,
            plot::ratios(largest, cells)?,
        ));
    }
    Ok(html! {
        @for (name, largest, times, ratios) in &figures {
            h2 { (name) }
            div.plots {
                @if let Some(svg) = times { figure { figcaption { "CPU time over size" } (PreEscaped(svg)) } }
                @if let Some(svg) = ratios { figure { figcaption { "Times the primal, " (case_name(largest)) } (PreEscaped(svg)) } }
            }
        }
    })
}

fn details(cells: &[Cell]) -> Markup {
    let build = |cell: &Cell| cell.build_seconds.map_or(String::new(), time);
    let pass = |cell: &Cell| cell.pass_seconds.map_or(String::new(), time);
    html! {
        details { summary { "for each derivative" }
        div.scroll { table {
            thead { tr {
                @for title in ["", "column", "time", "times primal", "heap beyond primal", "allocations", "process", "pass", "built in", "difference"] {
                    th { (title) }
                }
            } }
            tbody { @for case in cases(cells) { @for cell in cells.iter().filter(|cell| cell.case == case) {
                @if let Some(m) = cell.measured() { tr {
                    td { (case_name(&case)) } td { (cell.column.title()) } td { (time(m.seconds)) } td { (entry(Some(cell))) }
                    td { (bytes(m.heap_beyond_primal)) } td { (m.allocations) } td { (bytes(m.memory)) } td { (pass(cell)) } td { (build(cell)) }
                    td { (format!("{:.1e}", m.difference)) }
                } }
            } } }
        } } }
    }
}

fn problem_list(cells: &[Cell]) -> Markup {
    let problems = problems(cells);
    html! {
        @if !problems.is_empty() {
            h2 { "Without a time" }
            dl { @for (message, places) in &problems { dt { (places.join(", ")) } dd { (message) } } }
        }
    }
}
