//! Structures of numbers, integers and addresses that are moved about: swapped, rotated, split off, sorted, in pieces whose length is known at run time.
//! A program of its own, because words cannot be told apart where a program has floats other than doubles: there some of these are refused.

#[path = "../check.rs"]
mod check;

use std::collections::BinaryHeap;
use std::hint::black_box;

use check::Checks;

const X: [f64; 6] = [0.5, 1.5, 2.5, 0.75, 1.25, 2.0];

struct Body {
    id: u64,
    kind: u8,
    mass: f64,
    name: String,
    place: [f64; 2],
    next: Option<usize>,
}

#[derive(Clone, Copy)]
struct Tagged {
    tag: [u32; 5],
    at: [f64; 3],
    count: u16,
}

fn bodies(x: &[f64], n: usize) -> Vec<Body> {
    let body = |i: usize| Body {
        id: i as u64 * 3,
        kind: (i * 7) as u8,
        mass: x[i % x.len()] * x[(i + 1) % x.len()],
        name: format!("{}", i * 13 % n),
        place: [x[(i + 2) % x.len()], x[i % x.len()].sin()],
        next: (i % 3 == 0).then_some(i),
    };
    (0..black_box(n)).map(body).collect()
}

fn tagged(x: &[f64], n: usize) -> Vec<Tagged> {
    let one = |i: usize| Tagged {
        tag: [i as u32, 1, 2, 3, 4],
        at: [x[i % x.len()], x[i % x.len()] * x[(i + 1) % x.len()], 2.0],
        count: (i * i) as u16,
    };
    (0..black_box(n)).map(one).collect()
}

fn sum(bodies: &[Body]) -> f64 {
    let part = |(i, body): (usize, &Body)| {
        (i + 1) as f64 * body.mass * body.place[0]
            + body.place[1] * (body.id as f64 + body.kind as f64)
            + body.next.map_or(0.0, |next| next as f64 * body.mass)
    };
    bodies.iter().enumerate().map(part).sum()
}

fn sum_tagged(all: &[Tagged]) -> f64 {
    let part = |(i, one): (usize, &Tagged)| {
        (i + 1) as f64 * one.at[0] * one.at[1]
            + f64::from(one.tag[0]) * one.at[2] * one.at[0]
            + f64::from(one.count)
    };
    all.iter().enumerate().map(part).sum()
}

struct Ordered(f64, u32);

impl PartialEq for Ordered {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl Eq for Ordered {}
impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

fn slices(checks: &mut Checks) {
    checks.program("rotations of structures", &X, |x| {
        let mut all = tagged(x, 17);
        all.rotate_left(black_box(5));
        all[2..15].rotate_right(black_box(4));
        let mut named = bodies(x, 11);
        named.rotate_right(black_box(3));
        sum_tagged(&all) + sum(&named)
    });
    checks.program("copy_within and copy_from_slice of structures", &X, |x| {
        let mut all = tagged(x, 12);
        all.copy_within(black_box(2)..7, black_box(4));
        let other = tagged(&x[1..], 5);
        all[black_box(6)..11].copy_from_slice(&other);
        all[..2].fill(other[black_box(3)]);
        sum_tagged(&all)
    });
    checks.program("unstable sorts of structures", &X, |x| {
        let mut all = tagged(x, 50);
        all.sort_unstable_by_key(|one| one.tag[0].wrapping_mul(2_654_435_761));
        let mut named = bodies(x, 45);
        named.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        sum_tagged(&all) * 1e-2 + sum(&named)
    });
    checks.program("stable sorts of structures", &X, |x| {
        let mut all = tagged(x, 60);
        all.sort_by_key(|one| one.tag[0].wrapping_mul(2_654_435_761));
        let mut cached = bodies(x, 40);
        cached.sort_by_cached_key(|body| body.name.clone());
        let mut kinds = bodies(x, 70);
        kinds.sort_by_key(|body| body.kind);
        sum_tagged(&all) * 1e-2 + sum(&cached) + sum(&kinds)
    });
    checks.program("chunks that are swapped", &X, |x| {
        let mut all = tagged(x, 16);
        for pair in all.chunks_exact_mut(black_box(4)) {
            let (left, right) = pair.split_at_mut(2);
            left.swap_with_slice(right);
        }
        for window in all.chunks_mut(black_box(3)) {
            window.reverse();
        }
        sum_tagged(&all)
    });
}

fn vectors(checks: &mut Checks) {
    checks.program("retain and dedup of structures with text", &X, |x| {
        let mut all = bodies(x, 20);
        all.retain(|body| body.id % 4 != 1);
        all.dedup_by_key(|body| body.kind / 40);
        sum(&all)
    });
    checks.program("a heap of numbers with tags", &X, |x| {
        let mut heap: BinaryHeap<Ordered> = x.iter().zip(0..).map(|(x, i)| Ordered(x * x, i)).collect();
        heap.push(Ordered(x[0] * x[3], 9));
        let mut all = 0.0;
        while let Some(Ordered(y, tag)) = heap.pop() {
            all = all * 0.5 + y * f64::from(tag + 1);
        }
        all
    });
    checks.program("tuples of mixed parts", &X, |x| {
        let mut all: Vec<(u8, f64, [u16; 3], (f64, Option<f64>))> = x
            .iter()
            .enumerate()
            .map(|(i, x)| {
                (
                    i as u8,
                    x * x,
                    [i as u16; 3],
                    (x.sin(), (i % 2 == 0).then_some(x * 3.0)),
                )
            })
            .collect();
        all.sort_by(|a, b| b.0.cmp(&a.0));
        all.rotate_left(black_box(2));
        all.iter()
            .enumerate()
            .map(|(i, (k, y, z, (u, v)))| {
                (i as f64 + f64::from(*k) + f64::from(z[1])) * y * u + v.unwrap_or(1.0)
            })
            .sum()
    });
}

fn main() {
    let mut checks = Checks::default();
    slices(&mut checks);
    vectors(&mut checks);
    if !checks.report() {
        std::process::exit(1);
    }
    println!("all programs are right");
}
