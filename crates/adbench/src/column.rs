//! The columns of the comparison: what makes a derivative, and of which objectives.

use serde::{Deserialize, Serialize};

use crate::compile::Request;
use crate::objective::{Kind, Objective};

/// What makes a derivative.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// The objective itself, in C: what all times are divided by.
    Primal,
    /// The objective itself, in Rust.
    PrimalRust,
    /// rsenzyme on C, in opt.
    Opt,
    /// rsenzyme on C, in clang.
    Clang,
    /// rsenzyme on Rust: `cargo rsenzyme` on stable.
    Rust,
    /// rsenzyme on Rust, as the backend of `std::autodiff`.
    StdAutodiff,
    /// rsenzyme's forward mode, several directions at once.
    Forward,
    /// What a programmer wrote.
    Manual,
    /// Central differences.
    FiniteDifferences,
    /// The crate num-dual: dual numbers.
    NumDual,
    /// The crate echidna: a tape of operations.
    Echidna,
    /// The crate burn: tensors.
    Burn,
    /// The crate candle: tensors.
    Candle,
    /// The crate dfdx: tensors.
    Dfdx,
    /// ADOL-C: a tape of operations, recorded once.
    Adolc,
    /// Sacado (Trilinos): a graph of operations for gradients, dual numbers for Jacobians.
    Sacado,
    /// An LLVM plugin of the user's, by its name.
    Peer(String),
}

/// How a column's shared object comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipe {
    /// C files of this crate: a column's function, linked with what it calls.
    C {
        /// `columns/<adapter>.c`.
        adapter: &'static str,
        /// The function that the adapter calls, if it can call several.
        function: &'static str,
        /// What it calls.
        of: Calls,
    },
    /// C++ files of this crate: `columns/<name>.cpp`.
    Cxx(&'static str),
    /// A package in `rust/`, by one of its features.
    Package {
        /// The folder.
        package: &'static str,
        /// The feature.
        feature: &'static str,
    },
}

/// What the adapter of a C column calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// The objective.
    Objective,
    /// What is in `manual/`.
    Manual,
    /// A derivative, from a request.
    Request(Request),
}

/// The width of forward mode for gradients: the fastest of 4, 8 and 16 on most objectives.
const FORWARD: Request = Request {
    file: "forward_wide.c",
    defines: &["-DWIDTH=8"],
};

impl Column {
    /// All columns that need nothing from the command line, in the table's order.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![
            Self::Primal,
            Self::Opt,
            Self::Clang,
            Self::Rust,
            Self::StdAutodiff,
            Self::Forward,
            Self::Manual,
            Self::FiniteDifferences,
            Self::Adolc,
            Self::Sacado,
            Self::NumDual,
            Self::Echidna,
            Self::Burn,
            Self::Candle,
            Self::Dfdx,
            Self::PrimalRust,
        ]
    }

    /// What the table calls it.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Primal => "primal",
            Self::PrimalRust => "primal Rust",
            Self::Opt => "rsenzyme opt",
            Self::Clang => "rsenzyme clang",
            Self::Rust => "rsenzyme Rust",
            Self::StdAutodiff => "std::autodiff",
            Self::Forward => "rsenzyme forward",
            Self::Manual => "by hand",
            Self::FiniteDifferences => "differences",
            Self::NumDual => "num-dual",
            Self::Echidna => "echidna",
            Self::Burn => "burn",
            Self::Candle => "candle",
            Self::Dfdx => "dfdx",
            Self::Adolc => "ADOL-C",
            Self::Sacado => "Sacado",
            Self::Peer(name) => name,
        }
    }

    /// The name of its folder, and on the command line.
    #[must_use]
    pub fn slug(&self) -> String {
        let lower = self.title().to_lowercase();
        lower
            .replace("::", "-")
            .replace(|c: char| !c.is_alphanumeric() && c != '-', "-")
    }

    /// Whether it computes values only.
    #[must_use]
    pub fn is_primal(&self) -> bool {
        matches!(self, Self::Primal | Self::PrimalRust)
    }

    /// Whether it is one of ours.
    #[must_use]
    pub fn is_rsenzyme(&self) -> bool {
        matches!(
            self,
            Self::Opt | Self::Clang | Self::Rust | Self::StdAutodiff | Self::Forward
        )
    }

    /// Whether compiling it for the first time takes minutes, because of what it depends on.
    #[must_use]
    pub fn is_heavy(&self) -> bool {
        matches!(self, Self::Burn | Self::Candle | Self::Dfdx)
    }

    /// How it is made for an objective; none if the objective is not expressed for it.
    #[must_use]
    pub fn recipe(&self, objective: &Objective, kind: Kind) -> Option<Recipe> {
        let package = |package, feature| Some(Recipe::Package { package, feature });
        match self {
            Self::Primal => Some(c("primal", "", Calls::Objective)),
            Self::FiniteDifferences => Some(c("finite_differences", "", Calls::Objective)),
            Self::Manual if !objective.has_manual(kind) => None,
            Self::Manual => Some(match kind {
                Kind::Gradient => c("gradient", "manual_gradient", Calls::Manual),
                Kind::Jacobian => c("jacobian", "manual_jacobian", Calls::Manual),
            }),
            Self::Opt | Self::Clang | Self::Peer(_) => Some(by_request(objective, kind)),
            Self::Forward => forward(objective, kind),
            Self::Adolc => Some(Recipe::Cxx("adolc")),
            Self::Sacado => Some(Recipe::Cxx("sacado")),
            Self::Rust => package("rsenzyme", "rsenzyme"),
            Self::PrimalRust => package("crates", "primal"),
            Self::StdAutodiff => package("rsenzyme", "std-autodiff"),
            Self::NumDual => package("crates", "num-dual"),
            Self::Echidna => package("crates", "echidna"),
            Self::Burn | Self::Candle | Self::Dfdx if !matches!(objective.name, "gmm" | "lstm") => None,
            Self::Burn => package("crates", "burn"),
            Self::Candle => package("crates", "candle"),
            Self::Dfdx => package("crates", "dfdx"),
        }
    }

    /// How many evaluations of the primal it takes at least, each of them at least as long as the primal's: what is known to take too long
    /// is not begun.
    #[must_use]
    pub fn evaluations(&self, directions: u64) -> u64 {
        match self {
            Self::FiniteDifferences => 2 * directions,
            Self::Forward | Self::NumDual => directions.div_ceil(8),
            _ => 1,
        }
    }
}

const fn c(adapter: &'static str, function: &'static str, of: Calls) -> Recipe {
    Recipe::C {
        adapter,
        function,
        of,
    }
}

fn by_request(objective: &Objective, kind: Kind) -> Recipe {
    let (adapter, function, file) = match (kind, objective.name) {
        (Kind::Gradient, _) => ("gradient", "reverse_gradient", "reverse.c"),
        (Kind::Jacobian, "ba") => ("jacobian", "reverse_jacobian", "ba_jacobian.c"),
        (Kind::Jacobian, _) => ("jacobian", "forward_jacobian", "hand_jacobian.c"),
    };
    c(adapter, function, Calls::Request(Request::new(file)))
}

/// The dense Jacobian of hand tracking goes forward in every column of ours.
fn forward(objective: &Objective, kind: Kind) -> Option<Recipe> {
    match (kind, objective.name) {
        (Kind::Gradient, _) => Some(c("forward", "", Calls::Request(FORWARD))),
        (Kind::Jacobian, "ba") => Some(c(
            "jacobian",
            "forward_jacobian",
            Calls::Request(Request::new("ba_forward.c")),
        )),
        (Kind::Jacobian, _) => None,
    }
}
