//! Inputs of the shape and the distributions of ADBench's files, in the same formats, the same in every run.

use std::f64::consts::TAU;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use fastrand::Rng;

/// Where numbers come from.
struct Numbers {
    random: Rng,
    text: String,
}

impl Numbers {
    fn new() -> Self {
        Self {
            random: Rng::with_seed(1),
            text: String::new(),
        }
    }

    /// From 0 to 1.
    fn uniform(&mut self) -> f64 {
        self.random.f64()
    }

    /// Of mean 0 and variance 1 (Box and Muller).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (TAU * self.uniform()).cos()
    }

    /// A line of numbers.
    fn line(&mut self, numbers: &[f64]) {
        let words: Vec<String> = numbers.iter().map(|number| format!("{number:.6}")).collect();
        self.raw(&words.join(" "));
    }

    fn raw(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn normals(&mut self, rows: usize, columns: usize, size: f64) {
        for _ in 0..rows {
            let row: Vec<f64> = (0..columns).map(|_| size * self.normal()).collect();
            self.line(&row);
        }
    }

    fn uniforms(&mut self, rows: usize, columns: usize) {
        for _ in 0..rows {
            let row: Vec<f64> = (0..columns).map(|_| self.uniform()).collect();
            self.line(&row);
        }
    }

    fn write(self, path: &Path) -> Result<PathBuf> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        fs::write(path, self.text).with_context(|| path.display().to_string())?;
        Ok(path.to_owned())
    }
}

/// A Gaussian mixture of `k` components in `d` dimensions, with `n` points.
///
/// # Errors
/// If the file cannot be written.
pub fn gmm(path: &Path, d: usize, k: usize, n: usize) -> Result<PathBuf> {
    let mut numbers = Numbers::new();
    numbers.raw(&format!("{d} {k} {n}"));
    numbers.normals(k, 1, 1.0);
    numbers.uniforms(k, d);
    numbers.normals(k, d * (d + 1) / 2, 1.0);
    numbers.normals(n, d, 1.0);
    numbers.raw("1 0");
    numbers.write(path)
}

/// Bundle adjustment of `n` cameras, `m` points and `p` observations.
///
/// # Errors
/// If the file cannot be written.
pub fn ba(path: &Path, n: usize, m: usize, p: usize) -> Result<PathBuf> {
    let mut numbers = Numbers::new();
    numbers.raw(&format!("{n} {m} {p}"));
    let sizes = [1.0, 1.0, 1.0, 50.0, 50.0, 50.0, 400.0, 10.0, 10.0, 0.1, 0.003];
    let camera: Vec<f64> = sizes
        .iter()
        .map(|size| size * (0.5 + numbers.uniform()))
        .collect();
    numbers.line(&camera);
    numbers.line(&[7.2, 0.1, 3.0]);
    numbers.line(&[0.4]);
    numbers.line(&[271.8, 834.2]);
    numbers.write(path)
}

/// An LSTM of `l` layers over `c` characters of width `b`.
///
/// # Errors
/// If the file cannot be written.
pub fn lstm(path: &Path, l: usize, c: usize, b: usize) -> Result<PathBuf> {
    let mut numbers = Numbers::new();
    numbers.raw(&format!("{l} {c} {b}"));
    numbers.uniforms(2 * l, 4 * b);
    numbers.uniforms(3, b);
    numbers.uniforms(2 * l, b);
    numbers.uniforms(c, b);
    numbers.write(path)
}

/// The skeleton's parents: a wrist, five fingers of four bones each, a forearm.
const PARENTS: [i32; 22] = [
    -1, 0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 13, 14, 15, 0, 17, 18, 19, 0,
];

/// A hand of `vertices` vertices, seen at `points` points, and its model, in `folder`.
///
/// # Errors
/// If a file cannot be written.
pub fn hand(folder: &Path, points: usize, vertices: usize, complicated: bool) -> Result<PathBuf> {
    let triangles = 2 * vertices;
    bones().write(&folder.join("model/bones.txt"))?;
    mesh(vertices).write(&folder.join("model/vertices.txt"))?;
    let mut corners = Numbers::new();
    for _ in 0..triangles {
        let corner = [(); 3].map(|()| corners.random.usize(..vertices).to_string());
        corners.raw(&corner.join(":"));
    }
    corners.write(&folder.join("model/triangles.txt"))?;

    let mut numbers = Numbers::new();
    numbers.raw(&format!("{points} 26"));
    for _ in 0..points {
        let place = numbers
            .random
            .usize(..if complicated { triangles } else { vertices });
        let at = [(); 3].map(|()| numbers.normal());
        numbers.raw(&format!("{place} {:.6} {:.6} {:.6}", at[0], at[1], at[2]));
    }
    for _ in 0..if complicated { points } else { 0 } {
        let at = [numbers.uniform(), numbers.uniform()];
        numbers.line(&at);
    }
    numbers.normals(26, 1, 0.5);
    numbers.write(&folder.join(format!("hand_t26_c{points}.txt")))
}

/// Bones whose rest pose turns each a little about z against its parent, at a distance; the inverse is exact.
fn bones() -> Numbers {
    let mut numbers = Numbers::new();
    let mut places: Vec<(f64, [f64; 3])> = Vec::new();
    for (bone, &parent) in PARENTS.iter().enumerate() {
        let (turn, offset) = (0.3 * numbers.normal(), [(); 3].map(|()| 0.05 * numbers.normal()));
        let (angle, origin) = usize::try_from(parent)
            .ok()
            .map_or((0.0, [0.0; 3]), |parent| places[parent]);
        let (sine, cosine) = angle.sin_cos();
        let place = [
            origin[0] + cosine * offset[0] - sine * offset[1],
            origin[1] + sine * offset[0] + cosine * offset[1],
            origin[2] + offset[2],
        ];
        let total = angle + turn;
        places.push((total, place));
        let (s, c) = total.sin_cos();
        let back = [
            -(c * place[0] + s * place[1]),
            s * place[0] - c * place[1],
            -place[2],
        ];
        let line = format!(
            "bone{bone}:{parent}:{}:{}",
            affine(turn, offset),
            affine(-total, back)
        );
        numbers.raw(&line);
    }
    numbers
}

/// A turn about z and a shift, as the sixteen entries of a matrix.
fn affine(turn: f64, shift: [f64; 3]) -> String {
    let (s, c) = turn.sin_cos();
    let [x, y, z] = shift;
    format!(
        "{c}:{}:0.0:{x}:{s}:{c}:0.0:{y}:0.0:0.0:1.0:{z}:0.0:0.0:0.0:1.0",
        -s
    )
}

/// Vertices that one to three bones move, with weights that add up to 1.
fn mesh(vertices: usize) -> Numbers {
    let mut numbers = Numbers::new();
    for _ in 0..vertices {
        let at = [(); 3].map(|()| 0.1 * numbers.normal());
        let count = numbers.random.usize(1..=3);
        let mut line = format!("{}:{}:{}:0.0:0.0:1.0:0.0:0.0:{count}", at[0], at[1], at[2]);
        for _ in 0..count {
            let bone = numbers.random.usize(..PARENTS.len());
            // Writing to a string cannot fail.
            let _ = write!(line, ":{bone}:{}", 1.0 / count as f64);
        }
        numbers.raw(&line);
    }
    numbers
}
