//! Running the corpus: one test for each program and route.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use libtest_mimic::{Failed, Trial};

use crate::plugin;
use crate::program::{Language, Program};
use crate::refusal::{self, Refusal};
use crate::route::{self, Route};

/// A folder in which each test leaves its files, and the refusals that are expected.
#[derive(Clone, Debug)]
pub struct Runner {
    /// Where `<route>/<language>/<program>` are made.
    pub scratch: PathBuf,
    /// What the tool is known to refuse.
    pub refusals: Vec<Refusal>,
}

impl Runner {
    /// The test of one program on one route.
    pub fn trial(&self, program: Program, route: Route) -> Trial {
        let folder = match program.language {
            Language::C => "c",
            Language::Cxx => "cxx",
            Language::Ir => "ir",
        };
        let name = format!("{folder}/{}/{}", program.name, route.name());
        let reason = refusal::reason(&self.refusals, &program, route).map(str::to_owned);
        let scratch = self.scratch.clone();
        Trial::test(name, move || match reason {
            None => run(&program, route, &scratch).map_err(failed),
            Some(reason) => run_refused(&program, route, &scratch, &reason).map_err(failed),
        })
    }
}

fn failed(error: anyhow::Error) -> Failed {
    format!("{error:#}").into()
}

fn run(program: &Program, route: Route, scratch: &Path) -> Result<()> {
    let folder = own_folder(program, route, scratch)?;
    let plugin = plugin_of(route)?;
    let executable = route::compile(program, route, &plugin, &folder)?;
    route::execute(&executable, &folder)
}

/// The tool must fail by itself, for the reason given.
fn run_refused(program: &Program, route: Route, scratch: &Path, reason: &str) -> Result<()> {
    let folder = own_folder(program, route, scratch)?;
    let plugin = plugin_of(route)?;
    match route::compile(program, route, &plugin, &folder) {
        Ok(_) => bail!("is no longer refused: remove it from expected-refusals.toml"),
        Err(error) => {
            let text = format!("{error:#}");
            ensure!(
                text.contains(reason),
                "refused, but not because of `{reason}`:\n{text}"
            );
            ensure!(
                text.contains("exit status: 1"),
                "refused with a bad exit status:\n{text}"
            );
            Ok(())
        }
    }
}

fn plugin_of(route: Route) -> Result<PathBuf> {
    if route.uses_plugin() {
        plugin::path()
    } else {
        Ok(PathBuf::new())
    }
}

/// An empty folder of this test's own.
fn own_folder(program: &Program, route: Route, scratch: &Path) -> Result<PathBuf> {
    let language = format!("{:?}", program.language).to_lowercase();
    let folder = scratch.join(route.name()).join(language).join(&program.name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}
