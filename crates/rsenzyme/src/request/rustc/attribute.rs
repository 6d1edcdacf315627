//! Reading an attribute of `std::autodiff` in the source: rustc gives the calls that it makes the line of the attribute.

use std::fs;

use llvm::SourceSignature;

/// Lines after the first that an attribute may take up.
const LINES: usize = 40;

/// The activities that the attribute of a derivative function names, the result's last; `None` if the source is not there or has
/// something else at that line, as in a macro.
pub(super) fn activities(derivative: &SourceSignature) -> Option<Vec<String>> {
    let text = fs::read_to_string(&derivative.file).ok()?;
    let first = usize::try_from(derivative.line).ok()?.checked_sub(1)?;
    let lines: Vec<&str> = text.lines().skip(first).take(LINES).collect();
    parse(&lines.join("\n"), &derivative.name)
}

/// The arguments after the name in the first attribute that makes a function of this name.
fn parse(text: &str, name: &str) -> Option<Vec<String>> {
    // A generic function's name has its arguments.
    let name = name.split('<').next().unwrap_or(name);
    let mut rest = text;
    loop {
        let start = rest.find("autodiff_")?;
        rest = &rest[start..];
        let open = rest.find('(')?;
        let close = open + rest[open..].find(')')?;
        let mut arguments = rest[open + 1..close]
            .split(',')
            .map(|word| word.trim().to_owned());
        if arguments.next().as_deref() == Some(name) {
            let arguments = arguments.filter(|word| !word.is_empty());
            return Some(arguments.collect());
        }
        rest = &rest[close..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_activities_are_found() {
        let text = "#[autodiff_forward(dg, Dual, Dual)]\n#[autodiff_forward(df,\n    2, Dual, DualOnly, )]\nfn f(x: f64) -> f64 {";
        assert_eq!(
            parse(text, "df"),
            Some(vec!["2".into(), "Dual".into(), "DualOnly".into()])
        );
        assert_eq!(parse(text, "df<f64>"), parse(text, "df"));
        assert_eq!(parse(text, "dh"), None);
        assert_eq!(parse("$(#[autodiff_forward", "df"), None);
    }
}
