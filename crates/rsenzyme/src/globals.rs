//! What the requests of a module have in common: the shadows of global variables, and who reads those variables.
//!
//! Requests are carried out in rounds, each with an import of its own. A variable keeps its shadows from round to round, so that all
//! requests of a module work on the same memory. After the last round it is known which variables something active was stored to, and
//! which requests read those variables as if they carried no derivative: the user is told of them.

use forward::{Direction, Forward, GlobalShadow, InactiveRead};
use llvm::{Exported, Importer};
use llvm_sys::prelude::LLVMMetadataRef;

use crate::diagnostic::{Diagnostic, Severity};
use crate::raw::Val;

/// A shadow of a global variable, in LLVM's terms.
struct Shadow {
    global: Val,
    shadow: Val,
    at: Direction,
}

/// A read of a variable that is taken to carry no derivative.
struct Read {
    global: Val,
    function: Val,
    location: LLVMMetadataRef,
}

/// What is kept between rounds.
#[derive(Default)]
pub(crate) struct Globals {
    shadows: Vec<Shadow>,
    reads: Vec<Read>,
}

/// What one round has to say, before it is known whether it succeeds.
pub(crate) struct Found {
    shadows: Vec<GlobalShadow>,
    reads: Vec<InactiveRead>,
}

impl Found {
    /// The shadows of earlier rounds.
    pub(crate) fn known(shadows: Vec<GlobalShadow>) -> Self {
        let reads = Vec::new();
        Self { shadows, reads }
    }

    /// The shadows so far.
    pub(crate) fn shadows(&self) -> impl Iterator<Item = GlobalShadow> + '_ {
        self.shadows.iter().copied()
    }

    /// Takes the shadows that another mode knows, which adopted those so far.
    pub(crate) fn set_shadows(&mut self, shadows: impl Iterator<Item = GlobalShadow>) {
        self.shadows = shadows.collect();
    }

    /// Adds what a run of forward mode made and met, which adopted the shadows so far.
    pub(crate) fn add(&mut self, forward: &Forward<'_>) {
        self.shadows = forward.shadows().collect();
        self.reads.extend(forward.inactive_reads());
    }
}

impl Globals {
    /// The shadows of earlier rounds, imported.
    pub(crate) fn import(&self, importer: &mut Importer) -> Vec<GlobalShadow> {
        let shadows = self.shadows.iter();
        let import = |known: &Shadow| {
            // SAFETY: both are global variables of the module, which nothing deletes while it is lowered.
            let (global, shadow) = unsafe {
                (
                    importer.global_id(known.global.raw()),
                    importer.global_id(known.shadow.raw()),
                )
            };
            let at = known.at;
            global
                .zip(shadow)
                .map(|(global, shadow)| GlobalShadow { global, shadow, at })
        };
        shadows.filter_map(import).collect()
    }

    /// Keeps what a round has found, after its functions were exported.
    pub(crate) fn keep(&mut self, importer: &mut Importer, exported: &Exported, found: &Found) {
        importer.adopt(exported);
        let raw = |global| {
            let global = importer.raw_global(global)?;
            // SAFETY: the variable is alive: it is of the module, or the export has just made it.
            Some(unsafe { Val::new(global) })
        };
        for &GlobalShadow { global, shadow, at } in &found.shadows {
            // One that nothing uses was not exported, and one that is constant is a table.
            if importer.module.ctx.globals[global].constant {
                continue;
            }
            let (Some(global), Some(shadow)) = (raw(global), raw(shadow)) else {
                continue;
            };
            if !self.shadows.iter().any(|known| known.shadow == shadow) {
                self.shadows.push(Shadow { global, shadow, at });
            }
        }
        for read in &found.reads {
            let origin = importer
                .module
                .body(read.func)
                .and_then(|body| body.inst(read.inst).origin);
            let (Some(global), Some(function), Some(origin)) =
                (raw(read.global), importer.raw(read.func), origin)
            else {
                continue;
            };
            // SAFETY: origins of imported functions and instructions live as long as the engine's copies and the module.
            let (function, location) = unsafe { (Val::new(function), llvm::debug_location(origin)) };
            self.reads.push(Read {
                global,
                function,
                location,
            });
        }
    }

    /// A warning for each function and variable where a derivative of one request does not reach another.
    pub(crate) fn warnings(&self) -> Vec<Diagnostic> {
        let mut warned: Vec<(Val, Val)> = Vec::new();
        let mut warnings = Vec::new();
        for read in &self.reads {
            let stored = self.shadows.iter().any(|known| known.global == read.global);
            let place = (read.global, read.function);
            if !stored || warned.contains(&place) {
                continue;
            }
            warned.push(place);
            warnings.push(Diagnostic {
                severity: Severity::Warning,
                message: format!(
                    "`{}` reads the global variable `{}` as if it carried no derivative, but another derivative of this module \
                     stores active values there; set the option unmarked-globals-inactive-loads=0 to take them over, or declare the \
                     variable inactive with __enzyme_inactive_global",
                    read.function.name(),
                    read.global.name()
                ),
                function: read.function.raw(),
                location: read.location,
            });
        }
        warnings
    }
}
