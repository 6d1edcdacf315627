//! Reports as the diagnostics that cargo reads from rustc, with the lines of the source.

use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level as Title, Renderer, Snippet};
use serde_json::json;

use crate::step::{Level, Place, Report};

/// A report as one line of JSON, in rustc's format.
#[must_use]
pub fn as_rustc(report: &Report) -> String {
    let level = match report.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    json!({
        "$message_type": "diagnostic",
        "message": report.message,
        "code": null,
        "level": level,
        "spans": [],
        "children": [],
        "rendered": render(report),
    })
    .to_string()
}

/// A report as text: the message, the innermost place whose source can be read, and notes for where that was inlined.
#[must_use]
pub fn render(report: &Report) -> String {
    let title = match report.level {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
        Level::Note => Title::NOTE,
    };
    let sources: Vec<_> = report.places.iter().map(read).collect();
    let main = title.primary_title(report.message.as_str());
    let mut groups = Vec::new();
    let mut readable = report.places.iter().zip(&sources).filter_map(|(place, source)| {
        let source = source.as_deref()?;
        Some((place, source, span(place, source)?))
    });
    match readable.next() {
        Some((place, source, span)) => {
            groups.push(Group::with_title(main).element(snippet(place, source, span)));
        }
        None => {
            let shown = report
                .places
                .first()
                .map(|place| Title::NOTE.message(text(place)));
            groups.push(Group::with_title(main).elements(shown));
        }
    }
    for (place, source, span) in readable {
        let title = Title::NOTE.secondary_title("which is called from here");
        groups.push(Group::with_title(title).element(snippet(place, source, span)));
    }
    format!("{}\n\n", Renderer::plain().render(&groups))
}

fn text(place: &Place) -> String {
    format!("at {}:{}:{}", place.file.display(), place.line, place.column)
}

fn read(place: &Place) -> Option<String> {
    std::fs::read_to_string(&place.file).ok()
}

/// The file as it is shown: relative to the current folder, as rustc does.
fn shown(path: &Path) -> String {
    let folder = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

fn snippet<'a>(
    place: &Place,
    source: &'a str,
    span: std::ops::Range<usize>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    Snippet::source(source)
        .line_start(1)
        .path(shown(&place.file))
        .annotation(AnnotationKind::Primary.span(span))
}

/// The bytes from the place to the end of its word, or its line without the indentation where the column is unknown.
fn span(place: &Place, source: &str) -> Option<std::ops::Range<usize>> {
    let mut start = 0;
    let line = source
        .split_inclusive('\n')
        .inspect(|line| start += line.len())
        .nth(place.line.checked_sub(1)?)?;
    start -= line.len();
    let text = line.trim_end();
    let column = match place.column {
        0 => text.len() - text.trim_start().len(),
        column => column - 1,
    };
    let rest = text.get(column..)?;
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let length = if place.column == 0 {
        rest.len()
    } else {
        word.max(1).min(rest.len())
    };
    Some(start + column..start + column + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_shown() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("m.rs");
        std::fs::write(&file, "fn main() {\n    call(f);\n}\n").expect("it can be written");
        let place = |line, column| Place {
            file: file.clone(),
            line,
            column,
        };
        let report = Report {
            level: Level::Error,
            message: "no derivative".to_owned(),
            places: vec![place(2, 5)],
        };
        let text = render(&report);
        assert!(text.starts_with("error: no derivative"), "{text}");
        assert!(
            text.contains("m.rs:2:5") && text.contains("call(f);") && text.contains("^^^^"),
            "{text}"
        );
        for (line, column) in [(0, 0), (9, 1), (2, 90)] {
            let report = Report {
                places: vec![place(line, column)],
                ..report.clone()
            };
            assert!(render(&report).contains("no derivative"));
        }
        assert!(as_rustc(&report).contains("\"level\":\"error\""));
    }
}
