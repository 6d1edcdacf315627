//! The objectives, and the inputs that each is tested and measured with.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::generate;

/// What is computed of an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The gradient of a weighted sum of the outputs.
    Gradient,
    /// The Jacobian: sparse for bundle adjustment, dense for hand tracking.
    Jacobian,
}

impl Kind {
    /// What the worker calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gradient => "gradient",
            Self::Jacobian => "jacobian",
        }
    }
}

/// An objective, by the name of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Objective {
    /// `objectives/<name>.c`.
    pub name: &'static str,
    /// `harness/<problem>.c`, which opens its problems.
    pub problem: &'static str,
    /// What is measured of it.
    pub kinds: &'static [Kind],
    /// Sizes at which a kernel is measured; none for ADBench's objectives, which have files.
    pub sizes: &'static [u32],
}

const fn kernel(name: &'static str, sizes: &'static [u32]) -> Objective {
    Objective {
        name,
        problem: "kernel_problem",
        kinds: &[Kind::Gradient],
        sizes,
    }
}

const fn with_files(name: &'static str, problem: &'static str, kinds: &'static [Kind]) -> Objective {
    Objective {
        name,
        problem,
        kinds,
        sizes: &[],
    }
}

/// All objectives, ADBench's first.
pub const OBJECTIVES: [Objective; 16] = [
    with_files("gmm", "gmm_problem", &[Kind::Gradient]),
    with_files("ba", "ba_problem", &[Kind::Jacobian]),
    with_files("hand", "hand_problem", &[Kind::Jacobian, Kind::Gradient]),
    with_files("lstm", "lstm_problem", &[Kind::Gradient]),
    kernel("logsumexp", &[1000, 31_623, 1_000_000]),
    kernel("fft", &[1024, 65_536, 1_048_576]),
    kernel("fft_iterative", &[1024, 65_536, 1_048_576]),
    kernel("ode", &[20, 200]),
    kernel("ode_fixed", &[1000, 100_000]),
    kernel("taylor_log", &[1000, 1_000_000]),
    kernel("brusselator", &[8, 32, 128]),
    kernel("matrix_descent", &[100, 500, 2000]),
    kernel("mlp", &[16, 64, 256]),
    kernel("heat", &[16, 64, 256]),
    kernel("cholesky", &[16, 64, 256]),
    kernel("nbody", &[16, 64, 256]),
];

impl Objective {
    /// Small inputs, of sizes below and above the width of vectors and with remainders, written into `folder` where they are files.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn small_sources(&self, folder: &Path) -> Result<Vec<String>> {
        let file = |name: &str| folder.join(name);
        let paths = match self.name {
            "gmm" => vec![
                generate::gmm(&file("gmm_d3_k4.txt"), 3, 4, 20)?,
                generate::gmm(&file("gmm_d1_k1.txt"), 1, 1, 5)?,
                generate::gmm(&file("gmm_d13_k9.txt"), 13, 9, 6)?,
            ],
            "ba" => vec![generate::ba(&file("ba.txt"), 3, 7, 20)?],
            "hand" => vec![
                generate::hand(&folder.join("simple"), 10, 40, false)?,
                generate::hand(&folder.join("complicated"), 6, 30, true)?,
            ],
            "lstm" => vec![
                generate::lstm(&file("lstm_l2_b5.txt"), 2, 12, 5)?,
                generate::lstm(&file("lstm_l1_b18.txt"), 1, 5, 18)?,
            ],
            name => return Ok(small_sizes(name).map(|size| format!("{name}:{size}")).collect()),
        };
        Ok(paths.iter().map(|path| path.display().to_string()).collect())
    }

    /// The inputs of a measurement without data files.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn generated_sources(&self, folder: &Path) -> Result<Vec<String>> {
        let file = |name: &str| folder.join(name);
        let paths = match self.name {
            "gmm" => vec![
                generate::gmm(&file("gmm_d2_K5.txt"), 2, 5, 1000)?,
                generate::gmm(&file("gmm_d10_K25.txt"), 10, 25, 1000)?,
                generate::gmm(&file("gmm_d32_K50.txt"), 32, 50, 1000)?,
            ],
            "ba" => vec![
                generate::ba(&file("ba1_n49_m7776_p31843.txt"), 49, 7776, 31843)?,
                generate::ba(&file("ba3_n161_m48126_p182072.txt"), 161, 48126, 182_072)?,
            ],
            "hand" => vec![
                generate::hand(&folder.join("simple_small"), 100, 544, false)?,
                generate::hand(&folder.join("complicated_big"), 800, 10000, true)?,
            ],
            "lstm" => vec![
                generate::lstm(&file("lstm_l2_c1024.txt"), 2, 1024, 14)?,
                generate::lstm(&file("lstm_l4_c4096.txt"), 4, 4096, 14)?,
            ],
            _ => return Ok(self.kernel_sources()),
        };
        Ok(paths.iter().map(|path| path.display().to_string()).collect())
    }

    /// The sizes at which kernels are measured.
    #[must_use]
    pub fn kernel_sources(&self) -> Vec<String> {
        let name = self.name;
        self.sizes.iter().map(|size| format!("{name}:{size}")).collect()
    }

    /// Its files in a folder laid out as ADBench's data, in the order of their size.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn data_files(&self, data: &Path) -> Result<Vec<PathBuf>> {
        if self.problem == "kernel_problem" {
            return Ok(Vec::new());
        }
        let prefix = match self.name {
            "hand" => "hand".to_owned(),
            name => format!("{name}_").replace("ba_", "ba"),
        };
        let mut found = Vec::new();
        let mut folders = vec![data.join(self.name)];
        while let Some(folder) = folders.pop() {
            let entries = folder.read_dir().with_context(|| folder.display().to_string())?;
            for entry in entries {
                let path = entry.with_context(|| folder.display().to_string())?.path();
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                if path.is_dir() && name != "model" {
                    folders.push(path);
                } else if name.starts_with(&prefix) && name.ends_with(".txt") {
                    found.push(path);
                }
            }
        }
        found.sort_by_key(|path| (path.metadata().map_or(0, |metadata| metadata.len()), path.clone()));
        Ok(found)
    }

    /// Whether a gradient or Jacobian of this kind was written by hand.
    #[must_use]
    pub fn has_manual(&self, kind: Kind) -> bool {
        match self.name {
            "nbody" | "ode" => false,
            "ba" => kind == Kind::Jacobian,
            _ => true,
        }
    }
}

/// A size below and one above the width of vectors.
fn small_sizes(name: &str) -> std::array::IntoIter<u32, 2> {
    let sizes = match name {
        "fft" | "fft_iterative" => [1, 32],
        "ode" => [3, 20],
        "brusselator" => [3, 18],
        "mlp" | "heat" | "nbody" | "cholesky" => [1, 13],
        _ => [1, 33],
    };
    sizes.into_iter()
}
