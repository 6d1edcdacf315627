//! Plots as SVG: time over size, as ADBench draws them, and ratios as bars.

use anyhow::{Result, anyhow};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::column::Column;
use crate::report::{columns, find, ratio};
use crate::results::{Case, Cell};

const FONT: &str = "sans-serif";
const INK: RGBColor = RGBColor(60, 64, 72);
const FAINT: RGBColor = RGBColor(222, 226, 232);

/// Ours are blue and green, what has no derivative gray, the others warm.
fn color(column: &Column) -> RGBColor {
    match column {
        Column::Primal => RGBColor(20, 20, 20),
        Column::PrimalRust => RGBColor(130, 130, 130),
        Column::Opt => RGBColor(20, 90, 200),
        Column::Clang => RGBColor(75, 155, 240),
        Column::Rust => RGBColor(0, 135, 120),
        Column::StdAutodiff => RGBColor(70, 190, 160),
        Column::Forward => RGBColor(120, 110, 220),
        Column::Manual => RGBColor(95, 130, 40),
        Column::FiniteDifferences => RGBColor(165, 160, 140),
        Column::NumDual => RGBColor(240, 170, 60),
        Column::Echidna => RGBColor(225, 120, 30),
        Column::Burn => RGBColor(205, 70, 40),
        Column::Candle => RGBColor(235, 115, 115),
        Column::Dfdx => RGBColor(190, 130, 100),
        Column::Adolc => RGBColor(150, 60, 130),
        Column::Sacado => RGBColor(205, 110, 190),
        Column::Peer(_) => RGBColor(170, 20, 70),
    }
}

/// Draws into SVG text.
fn svg(
    size: (u32, u32),
    draw: impl FnOnce(&DrawingArea<SVGBackend<'_>, plotters::coord::Shift>) -> Drawn,
) -> Result<String> {
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, size).into_drawing_area();
        draw(&root)
            .and_then(|()| root.present().map_err(|error| error.to_string()))
            .map_err(|error| anyhow!("a plot cannot be drawn: {error}"))?;
    }
    Ok(text)
}

type Drawn = Result<(), String>;

fn said<E: std::fmt::Display>(error: E) -> String {
    error.to_string()
}

/// The power of ten at or below, and at or above, all of these.
fn decades(numbers: impl Iterator<Item = f64>) -> std::ops::Range<f64> {
    let (low, high) = numbers.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), number| {
        (low.min(number), high.max(number))
    });
    if !(low > 0.0 && low <= high && high.is_finite()) {
        return 0.1..10.0;
    }
    let (low, high) = (10f64.powf(low.log10().floor()), 10f64.powf(high.log10().ceil()));
    low..if high > low { high } else { 10.0 * low }
}

/// CPU time over the number of unknowns, a line for each column; both axes logarithmic. None if there are fewer than two sizes.
///
/// # Errors
/// If it cannot be drawn.
pub fn times(cases: &[Case], cells: &[Cell]) -> Result<Option<String>> {
    let mut sizes: Vec<u64> = cases.iter().map(|case| case.unknowns).collect();
    sizes.sort_unstable();
    sizes.dedup();
    if sizes.len() < 2 {
        return Ok(None);
    }
    let mut lines = Vec::new();
    for column in columns(cells) {
        let at = |case: &Case| {
            Some((
                case.unknowns as f64,
                find(cells, case, &column)?.measured()?.seconds,
            ))
        };
        let mut line: Vec<(f64, f64)> = cases.iter().filter_map(at).collect();
        line.sort_by(|a, b| a.0.total_cmp(&b.0));
        if !line.is_empty() {
            lines.push((column, line));
        }
    }
    let points = || lines.iter().flat_map(|(_, line)| line.iter().copied());
    let x = points().map(|point| point.0);
    let x = 0.8 * x.clone().fold(f64::INFINITY, f64::min)..1.25 * x.fold(0.0, f64::max);
    let y = decades(points().map(|point| point.1));
    svg((760, 400), |root| draw_times(root, &lines, x, y)).map(Some)
}

fn draw_times(
    root: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    lines: &[(Column, Vec<(f64, f64)>)],
    x: std::ops::Range<f64>,
    y: std::ops::Range<f64>,
) -> Drawn {
    let (left, right) = root.split_horizontally(585);
    let mut chart = ChartBuilder::on(&left)
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(66)
        .build_cartesian_2d(x.log_scale(), y.log_scale())
        .map_err(said)?;
    chart
        .configure_mesh()
        .bold_line_style(FAINT)
        .light_line_style(TRANSPARENT)
        .axis_style(INK)
        .label_style((FONT, 13).into_font().color(&INK))
        .x_desc("unknowns")
        .y_desc("CPU seconds")
        .x_label_formatter(&|number| power(*number))
        .y_label_formatter(&|number| power(*number))
        .draw()
        .map_err(said)?;
    for (column, line) in lines {
        let style = color(column).stroke_width(if column.is_rsenzyme() || column.is_primal() {
            3
        } else {
            2
        });
        chart
            .draw_series(LineSeries::new(line.iter().copied(), style))
            .map_err(said)?;
        chart
            .draw_series(
                line.iter()
                    .map(|&point| Circle::new(point, 4, color(column).filled())),
            )
            .map_err(said)?;
    }
    // The legend in the order in which the lines end, so that it can be read beside them.
    let mut legend: Vec<_> = lines.iter().collect();
    let end = |line: &[(f64, f64)]| line.last().copied().unwrap_or_default();
    legend.sort_by(|a, b| {
        end(&b.1)
            .0
            .total_cmp(&end(&a.1).0)
            .then(end(&b.1).1.total_cmp(&end(&a.1).1))
    });
    for (number, (column, _)) in legend.iter().enumerate() {
        let top = 22 + 21 * i32::try_from(number).unwrap_or(0);
        right
            .draw(&PathElement::new(
                vec![(0, top), (20, top)],
                color(column).stroke_width(3),
            ))
            .map_err(said)?;
        right
            .draw(&Circle::new((10, top), 4, color(column).filled()))
            .map_err(said)?;
        let style = (FONT, 14)
            .into_font()
            .color(&INK)
            .pos(Pos::new(HPos::Left, VPos::Center));
        right
            .draw(&Text::new(column.title().to_owned(), (28, top), style))
            .map_err(said)?;
    }
    Ok(())
}

/// `1k`, `1M` or, below one, `1e-3`.
fn power(number: f64) -> String {
    match number {
        n if n >= 1e6 => format!("{}M", short(n / 1e6)),
        n if n >= 1e3 => format!("{}k", short(n / 1e3)),
        n if n >= 1.0 => short(n),
        n => format!("{n:.0e}"),
    }
}

fn short(number: f64) -> String {
    if number >= 10.0 {
        format!("{number:.0}")
    } else {
        format!("{}", (10.0 * number).round() / 10.0)
    }
}

const ROW: i32 = 24;
const LEFT: i32 = 150;
const WIDTH: i32 = 470;

/// The ratios of a case to its primal as bars, the smallest first, on a logarithmic axis. None if there are none.
///
/// # Errors
/// If it cannot be drawn.
pub fn ratios(case: &Case, cells: &[Cell]) -> Result<Option<String>> {
    let shown = |column: &Column| *column != Column::Primal;
    let mut bars: Vec<(Column, f64)> = columns(cells)
        .into_iter()
        .filter(shown)
        .filter_map(|column| Some((column.clone(), find(cells, case, &column)?.measured()?.ratio)))
        .collect();
    if bars.is_empty() {
        return Ok(None);
    }
    bars.sort_by(|a, b| a.1.total_cmp(&b.1));
    let least = bars.iter().map(|bar| bar.1).fold(1.0, f64::min).min(0.9);
    let most = bars.iter().map(|bar| bar.1).fold(1.0, f64::max).max(2.0);
    let height = ROW * i32::try_from(bars.len())? + 40;
    svg((720, height.unsigned_abs()), |root| {
        draw_bars(root, &bars, (0.9 * least, 1.1 * most), height)
    })
    .map(Some)
}

fn draw_bars(
    root: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    bars: &[(Column, f64)],
    (least, most): (f64, f64),
    height: i32,
) -> Drawn {
    let place = |ratio: f64| LEFT + ((ratio / least).ln() / (most / least).ln() * f64::from(WIDTH)) as i32;
    let label = |position: HPos| {
        (FONT, 14)
            .into_font()
            .color(&INK)
            .pos(Pos::new(position, VPos::Center))
    };
    let ticks = (-3..6).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(power)));
    let inside: Vec<f64> = ticks.filter(|tick| (least..=most).contains(tick)).collect();
    // Over many decades only the powers of ten have room.
    let crowded = inside.len() > 9;
    for tick in inside
        .into_iter()
        .filter(|tick| !crowded || (tick.log10() - tick.log10().round()).abs() < 1e-9)
    {
        let x = place(tick);
        let style = if (tick - 1.0).abs() < 1e-9 {
            INK.stroke_width(1)
        } else {
            FAINT.stroke_width(1)
        };
        root.draw(&PathElement::new(vec![(x, 8), (x, height - 28)], style))
            .map_err(said)?;
        root.draw(&Text::new(
            format!("{tick}"),
            (x, height - 16),
            label(HPos::Center),
        ))
        .map_err(said)?;
    }
    for (number, (column, value)) in bars.iter().enumerate() {
        let top = 8 + ROW * i32::try_from(number).unwrap_or(0);
        let (from, to) = (place(1.0).min(place(*value)), place(1.0).max(place(*value)));
        let bar = Rectangle::new(
            [(from, top + 3), (to.max(from + 2), top + ROW - 4)],
            color(column).filled(),
        );
        root.draw(&bar).map_err(said)?;
        let middle = top + ROW / 2;
        root.draw(&Text::new(
            column.title().to_owned(),
            (LEFT - 10, middle),
            label(HPos::Right),
        ))
        .map_err(said)?;
        root.draw(&Text::new(ratio(*value), (to + 8, middle), label(HPos::Left)))
            .map_err(said)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{decades, power};

    #[test]
    fn axes_reach_from_decade_to_decade() {
        assert_eq!(decades([0.003, 0.2].into_iter()), 0.001..1.0);
        assert_eq!(decades([1.0].into_iter()), 1.0..10.0);
        assert_eq!(decades(std::iter::empty()), 0.1..10.0);
    }

    #[test]
    fn labels_are_short() {
        assert_eq!([1500.0, 20.0, 2e6, 1e-3].map(power), ["1.5k", "20", "2M", "1e-3"]);
    }
}
