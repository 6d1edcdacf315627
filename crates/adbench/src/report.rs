//! The table in the terminal.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell as TableCell, CellAlignment, Color, ContentArrangement, Table};

use crate::column::Column;
use crate::objective::Kind;
use crate::results::{Case, Cell, Outcome};

/// What the row of a case is called.
#[must_use]
pub fn case_name(case: &Case) -> String {
    match case.kind {
        Kind::Gradient => format!("{} {}", case.objective, case.input)
            .replace(&format!("{0} {0}", case.objective), &case.objective),
        Kind::Jacobian => format!("{} jacobian {}", case.objective, case.input),
    }
}

/// A time with its unit.
#[must_use]
pub fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:.0} ns", s * 1e9),
        s if s < 1e-3 => format!("{:.2} us", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

/// An amount of memory with its unit.
#[must_use]
pub fn bytes(count: f64) -> String {
    match count {
        b if b.abs() < 1e4 => format!("{b:.0} B"),
        b if b.abs() < 1e7 => format!("{:.1} kB", b / 1e3),
        b => format!("{:.1} MB", b / 1e6),
    }
}

/// A ratio with as many digits as mean something.
#[must_use]
pub fn ratio(ratio: f64) -> String {
    match ratio {
        r if r < 10.0 => format!("{r:.2}"),
        r if r < 100.0 => format!("{r:.1}"),
        r => format!("{r:.0}"),
    }
}

/// The columns of these cells, in the order of their first appearance in the list of columns.
#[must_use]
pub fn columns(cells: &[Cell]) -> Vec<Column> {
    let mut columns: Vec<Column> = cells.iter().map(|cell| cell.column.clone()).collect();
    let order = Column::all();
    // Peers after our own columns and the forward mode's, before what is written by hand.
    let manual = order
        .iter()
        .position(|column| *column == Column::Manual)
        .unwrap_or(0);
    let place = |column: &Column| match order.iter().position(|other| other == column) {
        Some(place) => (place, 1),
        None => (manual, 0),
    };
    columns.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.cmp(b)));
    columns.dedup();
    columns
}

/// The cases of these cells, in order.
#[must_use]
pub fn cases(cells: &[Cell]) -> Vec<Case> {
    let mut cases: Vec<Case> = cells.iter().map(|cell| cell.case.clone()).collect();
    cases.sort();
    cases.dedup();
    cases
}

/// The cell of a case in a column.
#[must_use]
pub fn find<'a>(cells: &'a [Cell], case: &Case, column: &Column) -> Option<&'a Cell> {
    cells
        .iter()
        .find(|cell| cell.case == *case && cell.column == *column)
}

/// Prints what came out of one case, while the run goes on.
pub fn print_case(cells: &[Cell]) {
    let Some(first) = cells.first() else {
        return;
    };
    println!("{} ({} unknowns)", case_name(&first.case), first.case.unknowns);
    for cell in cells {
        let title = cell.column.title();
        match &cell.outcome {
            Outcome::Measured(m) => {
                let pass = cell
                    .pass_seconds
                    .map_or(String::new(), |seconds| format!("  pass {}", time(seconds)));
                println!(
                    "  {title:<17} {:>7}x ({} to {})  {:>10}  heap beyond primal {}, {} allocations{pass}",
                    ratio(m.ratio),
                    ratio(m.least),
                    ratio(m.most),
                    time(m.seconds),
                    bytes(m.heap_beyond_primal),
                    m.allocations,
                );
            }
            Outcome::Wrong { message, .. } => println!("  {title:<17} error: {message}"),
            Outcome::Failed { message } => {
                println!("  {title:<17} error: {}", message.replace('\n', "\n      "))
            }
        }
    }
}

/// What stands in the table for a cell.
#[must_use]
pub fn entry(cell: Option<&Cell>) -> String {
    match cell.map(|cell| &cell.outcome) {
        None => String::new(),
        Some(Outcome::Measured(measured)) => ratio(measured.ratio),
        Some(Outcome::Wrong { .. }) => "wrong".into(),
        Some(Outcome::Failed { message })
            if message.contains("the limit is") || message.contains("no answer within") =>
        {
            "slow".into()
        }
        Some(Outcome::Failed { .. }) => "error".into(),
    }
}

/// Prints all ratios, a row for each case, and the problems once each.
pub fn print_table(cells: &[Cell]) {
    let columns = columns(cells);
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    let mut header = vec![TableCell::new("times the primal"), TableCell::new("primal")];
    let shown = || columns.iter().filter(|column| **column != Column::Primal);
    header.extend(shown().map(|column| TableCell::new(column.title())));
    table.set_header(header.into_iter().map(|cell| cell.add_attribute(Attribute::Bold)));
    for case in cases(cells) {
        let primal = find(cells, &case, &Column::Primal);
        let seconds = primal
            .and_then(Cell::measured)
            .map_or("error".into(), |measured| time(measured.seconds));
        let mut row = vec![TableCell::new(case_name(&case)), TableCell::new(seconds)];
        let best = shown()
            .filter(|column| !column.is_primal())
            .filter_map(|column| Some(find(cells, &case, column)?.measured()?.ratio))
            .fold(f64::INFINITY, f64::min);
        for column in shown() {
            let cell = find(cells, &case, column);
            let mut entry = TableCell::new(entry(cell)).set_alignment(CellAlignment::Right);
            if cell.is_some_and(|cell| cell.problem().is_some()) {
                entry = entry.fg(Color::Red);
            } else if !column.is_primal()
                && cell
                    .and_then(Cell::measured)
                    .is_some_and(|measured| measured.ratio <= best)
            {
                entry = entry.fg(Color::Green);
            }
            row.push(entry);
        }
        table.add_row(row);
    }
    println!("\n{table}");
    print_problems(cells);
}

fn print_problems(cells: &[Cell]) {
    for (message, places) in problems(cells) {
        println!("{}: {}", places.join(", "), message.replace('\n', "\n  "));
    }
}

/// Each problem once, with the columns and cases that have it.
#[must_use]
pub fn problems(cells: &[Cell]) -> Vec<(String, Vec<String>)> {
    let mut problems: Vec<(String, Vec<String>)> = Vec::new();
    for cell in cells {
        let Some(message) = cell.problem() else {
            continue;
        };
        let place = format!("{} in {}", cell.column.title(), case_name(&cell.case));
        match problems.iter_mut().find(|(other, _)| other == message) {
            Some((_, places)) => places.push(place),
            None => problems.push((message.to_owned(), vec![place])),
        }
    }
    for (_, places) in &mut problems {
        let all = places.len();
        if all > 3 {
            places.truncate(2);
            places.push(format!("and {} more", all - 2));
        }
    }
    problems
}
