//! Hash tables with active values that grow, shrink and are tidied up in place. In debug builds these are refused: the code that moves their
//! elements does not know how large they are, and moves what is left over byte by byte. A program of its own, because words cannot be told apart
//! where a program has floats other than doubles.

#[path = "../check.rs"]
mod check;

use check::Checks;
use std::collections::{HashMap, HashSet};
use std::hint::black_box;

const X: [f64; 3] = [0.7, 1.4, -0.6];

#[derive(Clone, Default)]
struct Particle {
    position: [f64; 2],
    mass: f64,
    kind: u32,
    trace: Vec<f64>,
}

fn all(checks: &mut Checks) {
    checks.program("a HashMap that grows", &X, |x| {
        let mut map: HashMap<usize, f64> = HashMap::new();
        for i in 0..black_box(200) {
            *map.entry(i % 71).or_insert(1.0) += x[i % 3] * (i as f64).sqrt();
        }
        (0..71).map(|i| map[&i] * map[&i]).sum()
    });
    // Keys whose bits look like numbers, in tables that are tidied up in place because most of what was in them is gone.
    checks.program("a HashMap with removals and large keys", &X, |x| {
        let key = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) as i64;
        let mut map: HashMap<i64, (f64, u64)> = HashMap::new();
        let mut total = 0.0;
        for i in 0..black_box(600) {
            map.insert(key(i), (x[i as usize % 3] * x[0], i << 50));
            if i >= 9 {
                let (gone, number) = map.remove(&key(i - 9)).expect("it was inserted");
                total += gone * gone * ((number >> 50) % 5) as f64;
            }
        }
        total + map.values().map(|(value, _)| value.sin()).sum::<f64>()
    });
    checks.program("a HashMap of structures by name", &X, |x| {
        let mut map: HashMap<String, Particle> = HashMap::new();
        for i in 0..black_box(60) {
            let particle = map.entry(format!("particle {}", i % 23)).or_default();
            particle.position[i % 2] += x[i % 3];
            particle.mass += x[2] * x[2];
            particle.kind += 1;
            particle.trace.push(particle.position[0] * particle.mass);
        }
        map.values()
            .map(|p| p.trace.iter().sum::<f64>() * f64::from(p.kind) + p.position[1] * p.mass)
            .sum()
    });
    checks.program("a HashMap of boxes and vectors", &X, |x| {
        let mut map: HashMap<(usize, usize), Box<f64>> = HashMap::new();
        let mut groups: HashMap<char, Vec<f64>> = HashMap::new();
        for i in 0..black_box(50) {
            map.insert((i, i * i), Box::new(x[i % 3] * x[(i + 1) % 3]));
            let letter = char::from(b'a' + (i % 20) as u8);
            groups.entry(letter).or_default().push(x[i % 3]);
        }
        let boxes: f64 = map.iter().map(|((i, _), value)| **value * *i as f64).sum();
        boxes + groups.into_values().map(|group| group.iter().product::<f64>()).sum::<f64>()
    });
    checks.program("collect into a HashMap, clone, retain", &X, |x| {
        let map: HashMap<u16, f64> = (0..black_box(40)).map(|i| (i, x[usize::from(i) % 3] * f64::from(i))).collect();
        let mut other = map.clone();
        other.retain(|key, value| key % 3 != 1 && *value < 1e3);
        other.shrink_to_fit();
        let seen: HashSet<u64> = other.keys().map(|&key| u64::from(key) << 40).collect();
        let all: f64 = map.iter().map(|(key, value)| if seen.contains(&(u64::from(*key) << 40)) { value * value } else { *value }).sum();
        all + other.values().sum::<f64>()
    });
}

fn main() {
    let mut checks = Checks::default();
    all(&mut checks);
    if !checks.report() {
        std::process::exit(1);
    }
    println!("all programs are right");
}
