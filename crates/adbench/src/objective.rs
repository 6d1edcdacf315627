//! The objectives, and the inputs that each is tested and measured with.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::generate;

/// What makes a derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// rsenzyme's forward mode: J v.
    Forward,
    /// rsenzyme's reverse mode: the gradient of a weighted sum of the outputs.
    Reverse,
    /// rsenzyme's reverse mode at width 2: a sparse Jacobian whose rows come in pairs.
    Jacobian,
    /// The same, one row at a time.
    JacobianByRow,
    /// What a programmer wrote: the gradient.
    Manual,
}

impl Column {
    /// The request's file, or none for what is written by hand.
    #[must_use]
    pub fn request(self) -> Option<&'static str> {
        match self {
            Self::Forward => Some("forward.c"),
            Self::Reverse => Some("reverse.c"),
            Self::Jacobian | Self::JacobianByRow => Some("ba_jacobian.c"),
            Self::Manual => None,
        }
    }

    /// What the executable `verify` calls it, and `bench` prints.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Reverse => "reverse",
            Self::Jacobian | Self::JacobianByRow => "jacobian",
            Self::Manual => "manual",
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
    /// Whether `manual/<name>.c` exists.
    pub has_manual: bool,
    /// Whether the derivative of interest is a sparse Jacobian.
    pub has_jacobian: bool,
}

const fn objective(name: &'static str, problem: &'static str) -> Objective {
    Objective {
        name,
        problem,
        has_manual: false,
        has_jacobian: false,
    }
}

/// All objectives, ADBench's first.
pub const OBJECTIVES: [Objective; 9] = [
    Objective {
        has_manual: true,
        ..objective("gmm", "gmm_problem")
    },
    Objective {
        has_jacobian: true,
        ..objective("ba", "ba_problem")
    },
    objective("hand", "hand_problem"),
    objective("lstm", "lstm_problem"),
    Objective {
        has_manual: true,
        ..objective("logsumexp", "kernel_problem")
    },
    objective("fft", "kernel_problem"),
    objective("ode", "kernel_problem"),
    objective("brusselator", "kernel_problem"),
    objective("matrix_descent", "kernel_problem"),
];

impl Objective {
    /// The columns that it has.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        let mut columns = vec![Column::Forward, Column::Reverse];
        if self.has_jacobian {
            columns.extend([Column::Jacobian, Column::JacobianByRow]);
        }
        if self.has_manual {
            columns.push(Column::Manual);
        }
        columns
    }

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
            "fft" => return Ok(vec!["fft:1".into(), "fft:32".into()]),
            "ode" => return Ok(vec!["ode:20".into()]),
            "brusselator" => return Ok(vec!["brusselator:3".into(), "brusselator:18".into()]),
            name => return Ok(vec![format!("{name}:1"), format!("{name}:33")]),
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
                generate::gmm(&file("gmm_d10_K25.txt"), 10, 25, 1000)?,
                generate::gmm(&file("gmm_d32_K50.txt"), 32, 50, 1000)?,
            ],
            "ba" => vec![generate::ba(&file("ba1_n49_m7776_p31843.txt"), 49, 7776, 31843)?],
            "hand" => vec![
                generate::hand(&folder.join("simple_small"), 100, 544, false)?,
                generate::hand(&folder.join("complicated_big"), 800, 10000, true)?,
            ],
            "lstm" => vec![generate::lstm(&file("lstm_l2_c1024.txt"), 2, 1024, 14)?],
            _ => return Ok(self.kernel_sources()),
        };
        Ok(paths.iter().map(|path| path.display().to_string()).collect())
    }

    /// The sizes at which kernels are measured.
    #[must_use]
    pub fn kernel_sources(&self) -> Vec<String> {
        let sizes: &[&str] = match self.name {
            "logsumexp" => &["1000000"],
            "fft" => &["65536", "1048576"],
            "ode" => &["200"],
            "brusselator" => &["32"],
            "matrix_descent" => &["2000"],
            _ => &[],
        };
        sizes.iter().map(|size| format!("{}:{size}", self.name)).collect()
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
}
