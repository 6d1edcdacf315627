//! Columns as shared objects, each compiled by itself. What has been made from the same files with the same tools is not made again.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use corpus::command::{run, tool};
use serde::{Deserialize, Serialize};

use crate::column::{Calls, Column, Recipe};
use crate::compile::{self, Engine, Peer, Setting};
use crate::objective::{Kind, Objective};
use crate::package;

/// What columns are made with.
#[derive(Clone, Debug)]
pub struct Tools {
    /// rsenzyme's plugin, built in release.
    pub plugin: PathBuf,
    /// The folder with the executable `cargo-rsenzyme`.
    pub cargo_rsenzyme: PathBuf,
    /// Other plugins.
    pub peers: Vec<Peer>,
    /// How C is compiled.
    pub setting: Setting,
    /// Where everything is built.
    pub folder: PathBuf,
}

/// A column, ready to be loaded by a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Built {
    /// The shared object.
    pub library: PathBuf,
    /// The function in it.
    pub symbol: String,
    /// CPU time of the pass that made the derivative, where it can be told from the rest.
    pub pass: Option<Duration>,
    /// Wall-clock time of everything that this column needed to be made, the compilation of the objective included; none where one build made several columns.
    pub build: Option<Duration>,
    /// What it was made of: if this changes, its time is measured again.
    pub fingerprint: u64,
}

/// A number for the contents of files and folders, and for whatever else counts.
#[derive(Default)]
pub struct Fingerprint(DefaultHasher);

impl Fingerprint {
    /// Adds a file, or all files below a folder, by name and content.
    ///
    /// # Errors
    /// If something cannot be read.
    pub fn path(&mut self, path: &Path) -> Result<()> {
        if path.is_dir() {
            let entries = path.read_dir().with_context(|| path.display().to_string())?;
            let mut paths = entries
                .map(|entry| Ok(entry?.path()))
                .collect::<Result<Vec<_>>>()?;
            paths.sort();
            return paths
                .iter()
                .filter(|path| !is_output(path))
                .try_for_each(|path| self.path(path));
        }
        path.hash(&mut self.0);
        fs::read(path)
            .with_context(|| path.display().to_string())?
            .hash(&mut self.0);
        Ok(())
    }

    /// Adds text.
    pub fn text(&mut self, text: &str) {
        text.hash(&mut self.0);
    }

    /// The number.
    #[must_use]
    pub fn finish(&self) -> u64 {
        self.0.finish()
    }
}

/// What a build leaves in a source folder.
fn is_output(path: &Path) -> bool {
    path.ends_with("target") || path.ends_with("Cargo.lock")
}

impl Tools {
    /// Makes a column of an objective.
    ///
    /// # Errors
    /// If a tool is missing or fails, with what it said.
    pub fn column(
        &self,
        column: &Column,
        recipe: Recipe,
        objective: &Objective,
        kind: Kind,
    ) -> Result<Built> {
        match recipe {
            Recipe::Package { package, feature } => {
                let library = package::build(self, package, feature)?;
                let mut fingerprint = Fingerprint::default();
                fingerprint.path(&library)?;
                let symbol = match column.is_primal() {
                    true => format!("{}_primal", objective.name),
                    false => format!("{}_{}", objective.name, kind.name()),
                };
                Ok(Built {
                    library,
                    symbol,
                    pass: None,
                    build: None,
                    fingerprint: fingerprint.finish(),
                })
            }
            Recipe::C { .. } | Recipe::Cxx(_) => self.compiled(column, recipe, objective, kind),
        }
    }

    /// The executable that loads columns of an objective.
    ///
    /// # Errors
    /// If clang fails.
    pub fn worker(&self, objective: &Objective) -> Result<PathBuf> {
        let folder = self.folder.join(objective.name).join("worker");
        let executable = folder.join("worker");
        let mut fingerprint = Fingerprint::default();
        for part in ["harness", "objectives"] {
            fingerprint.path(&compile::sources().join(part))?;
        }
        let stamp = format!("{} {}", fingerprint.finish(), self.setting.name());
        let stamp_file = folder.join("stamp");
        if executable.exists() && fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
            return Ok(executable);
        }
        let objects = compile::common(objective, "worker", self.setting.level, &folder)?;
        compile::link(&objects, &executable)?;
        fs::write(&stamp_file, stamp).with_context(|| stamp_file.display().to_string())?;
        Ok(executable)
    }

    fn compiled(&self, column: &Column, recipe: Recipe, objective: &Objective, kind: Kind) -> Result<Built> {
        let folder = self
            .folder
            .join(objective.name)
            .join(column.slug())
            .join(kind.name());
        let fingerprint = self.fingerprint(column, objective, kind)?;
        let stamp = folder.join("built.json");
        if let Ok(text) = fs::read_to_string(&stamp)
            && let Ok(built) = serde_json::from_str::<Built>(&text)
            && built.fingerprint == fingerprint
            && built.library.exists()
        {
            return Ok(built);
        }
        compile::make_folder(&folder)?;
        let start = Instant::now();
        let library = folder.join("column.so");
        let pass = match recipe {
            Recipe::C {
                adapter,
                function,
                of,
            } => self.c(column, (adapter, function, of), objective, &folder)?,
            Recipe::Cxx(name) => {
                cxx(name, objective, kind, self.setting, &folder)?;
                None
            }
            Recipe::Package { .. } => bail!("packages are built by cargo"),
        };
        let built = Built {
            library,
            symbol: "column_run".into(),
            pass,
            build: Some(start.elapsed()),
            fingerprint,
        };
        fs::write(&stamp, serde_json::to_string(&built)?).with_context(|| stamp.display().to_string())?;
        Ok(built)
    }

    fn peer(&self, column: &Column) -> Result<Option<&Peer>> {
        let Column::Peer(name) = column else {
            return Ok(None);
        };
        let Some(peer) = self.peers.iter().find(|peer| peer.name == *name) else {
            bail!("there is no peer `{name}`");
        };
        for file in [&peer.plugin, &peer.opt] {
            if !file.exists() && which::which(file).is_err() {
                bail!("peer `{name}`: {} does not exist", file.display());
            }
        }
        Ok(Some(peer))
    }

    /// Everything that a compiled column is made of.
    fn fingerprint(&self, column: &Column, objective: &Objective, kind: Kind) -> Result<u64> {
        let mut fingerprint = Fingerprint::default();
        let prefix = format!("{}.", objective.name);
        for part in ["objectives", "manual"] {
            let folder = compile::sources().join(part);
            for entry in folder.read_dir().with_context(|| folder.display().to_string())? {
                let path = entry?.path();
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                if name.ends_with(".h") || name.starts_with(&prefix) {
                    fingerprint.path(&path)?;
                }
            }
        }
        for part in ["columns", "requests", "harness/call.h"] {
            fingerprint.path(&compile::sources().join(part))?;
        }
        fingerprint.text(&format!("{column:?} {kind:?} {:?}", self.setting));
        fingerprint.text(&run(tool("clang"), &["--version"], Path::new("."))?.output);
        if let Some(peer) = self.peer(column)? {
            fingerprint.path(&peer.plugin)?;
            fingerprint.text(&format!("{peer:?}"));
        } else if column.is_rsenzyme() {
            fingerprint.path(&self.plugin)?;
        }
        Ok(fingerprint.finish())
    }

    fn engine<'a>(&'a self, column: &Column) -> Result<Engine<'a>> {
        Ok(match self.peer(column)? {
            Some(peer) => Engine::Peer(peer),
            None if *column == Column::Clang => Engine::Clang { plugin: &self.plugin },
            None => Engine::Opt { plugin: &self.plugin },
        })
    }

    /// A column in C: the adapter and what it calls, as objects that know nothing of each other.
    fn c(
        &self,
        column: &Column,
        (adapter, function, of): (&str, &str, Calls),
        objective: &Objective,
        folder: &Path,
    ) -> Result<Option<Duration>> {
        let mut flags = self.setting.flags();
        let mut pass = None;
        let called = match of {
            Calls::Objective => compile::object(
                &format!("objectives/{}.c", objective.name),
                &flags,
                "called.o",
                folder,
            )?,
            Calls::Manual => compile::object(
                &format!("manual/{}.c", objective.name),
                &flags,
                "called.o",
                folder,
            )?,
            Calls::Request(request) => {
                let made =
                    compile::derivative(objective, request, self.setting, self.engine(column)?, 3, folder)?;
                flags.extend(request.defines.iter().map(|&define| define.to_owned()));
                pass = made.pass;
                made.object
            }
        };
        if !function.is_empty() {
            flags.push(format!("-DFUNCTION={function}"));
        }
        let adapter = compile::object(&format!("columns/{adapter}.c"), &flags, "adapter.o", folder)?;
        compile::link_shared(&[adapter, called], &folder.join("column.so"))?;
        Ok(pass)
    }
}

/// A column in C++, which includes the objective's text and knows a library of number types.
fn cxx(name: &str, objective: &Objective, kind: Kind, setting: Setting, folder: &Path) -> Result<()> {
    let include = compile::sources().join("objectives");
    let file = compile::sources().join("columns").join(format!("{name}.cpp"));
    let mut arguments = vec![
        "-std=c++20".to_owned(),
        "-shared".into(),
        "-isystem".into(),
        "/usr/include/trilinos".into(),
        format!("-I{}", include.display()),
    ];
    arguments.extend(setting.flags());
    arguments.push(format!("-DOBJECTIVE_FILE=\"{}.c\"", objective.name));
    arguments.push(format!("-DOBJECTIVE_{}", objective.name));
    if kind == Kind::Jacobian {
        arguments.push("-DJACOBIAN".into());
    }
    arguments.extend(["-Wl,-Bsymbolic", "-o", "column.so"].map(str::to_owned));
    arguments.push(file.display().to_string());
    // ADOL-C's numbers are in a library; what does not call it does not get linked with it.
    arguments.extend(["-Wl,--as-needed", "-ladolc", "-ltrilinos_sacado", "-lm"].map(str::to_owned));
    run(tool("clang++"), &arguments, folder)?.success()?;
    Ok(())
}
