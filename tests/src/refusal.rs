//! What the tool is known to refuse, as data: `expected-refusals.toml`.
//!
//! An entry does not skip a test. It turns it round: the tool must refuse with an error that names the reason, and a program that
//! compiles after all fails the test, so that the entry gets removed.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::program::{Program, root};
use crate::route::Route;

/// One entry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The name of the program.
    pub program: String,
    /// Names of routes, as [`Route::name`] gives them.
    pub routes: Vec<String>,
    /// A part of the error message.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    refusal: Vec<Refusal>,
}

/// Reads the list and checks that its entries name programs and routes that exist.
///
/// # Errors
/// If the file is malformed or an entry matches nothing.
pub fn load(programs: &[Program]) -> Result<Vec<Refusal>> {
    let path = root().join("expected-refusals.toml");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let file: File = toml::from_str(&text).with_context(|| path.display().to_string())?;
    for entry in &file.refusal {
        let routes: Vec<String> = programs
            .iter()
            .filter(|program| program.name == entry.program)
            .flat_map(|program| [Route::of(program), Route::gradients_of(program)].concat())
            .map(Route::name)
            .collect();
        ensure!(
            entry.routes.iter().all(|route| routes.contains(route)),
            "expected-refusals.toml: no such program or route in {entry:?}"
        );
    }
    Ok(file.refusal)
}

/// The reason why this program is refused on this route, if the list has one.
pub fn reason<'a>(refusals: &'a [Refusal], program: &Program, route: Route) -> Option<&'a str> {
    let name = route.name();
    let entry = refusals
        .iter()
        .find(|entry| entry.program == program.name && entry.routes.contains(&name))?;
    Some(&entry.reason)
}
