//! Vectors, boxes, counted references, cells, maps and strings.

use crate::check::Checks;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, LinkedList, VecDeque};
use std::hint::black_box;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

const X: [f64; 5] = [0.5, 1.5, 2.5, 0.75, 1.25];

enum List {
    Node(f64, Box<List>),
    End,
}

struct Tree {
    value: f64,
    children: Vec<Tree>,
}
impl Tree {
    fn evaluate(&self) -> f64 {
        self.value * (1.0 + self.children.iter().map(Tree::evaluate).sum::<f64>())
    }
}

#[derive(Clone)]
struct Body {
    position: [f64; 2],
    mass: f64,
    name: &'static str,
}

#[derive(Clone)]
struct Named {
    place: [f64; 2],
    mass: f64,
    name: String,
    id: u32,
}

pub fn vectors(checks: &mut Checks) {
    checks.program("push and growth", &X, |x| {
        let mut list = Vec::new();
        for i in 0..black_box(20) {
            list.push(x[i % 5] * i as f64);
        }
        list.iter().map(|y| y.sin()).sum()
    });
    checks.program("with_capacity", &X, |x| {
        let mut list = Vec::with_capacity(x.len());
        for x in x {
            list.push(x.exp());
        }
        list.iter().product::<f64>().ln() * list[0]
    });
    checks.program("collect", &X, |x| {
        let squares: Vec<f64> = x.iter().map(|x| x * x).collect();
        let filtered: Vec<f64> = squares.iter().copied().filter(|x| *x > 1.0).collect();
        filtered.iter().sum::<f64>() * squares[0]
    });
    checks.program("clone", &X, |x| {
        let mut copy = x.to_vec();
        let other = copy.clone();
        copy[0] *= other[1];
        copy.extend_from_slice(&other[2..]);
        copy.iter().zip(&other).map(|(a, b)| a * b).sum::<f64>() + copy[6]
    });
    checks.program("vec![x; n], resize, extend", &X, |x| {
        let mut list = vec![x[0]; black_box(3)];
        list.resize(5, x[1]);
        list.extend(x.iter().map(|x| x * 2.0));
        list.iter().enumerate().map(|(i, y)| y * y * i as f64).sum()
    });
    checks.program("pop, insert, remove, swap, truncate", &X, |x| {
        let mut list = x.to_vec();
        let last = list.pop().unwrap_or(0.0);
        list.insert(1, last * last);
        let third = list.remove(2);
        list.swap(0, 1);
        list.truncate(3);
        list.iter().rev().fold(third, |a, b| a * 0.5 + b * b)
    });
    checks.program("sort_by with floats", &X, |x| {
        let mut list = x.to_vec();
        list.sort_by(|a, b| a.partial_cmp(b).expect("no NaN"));
        list.iter().enumerate().map(|(i, y)| y * y * (i + 1) as f64).sum()
    });
    checks.program("sort_unstable_by, reverse, rotate", &X, |x| {
        let mut list = x.to_vec();
        list.sort_unstable_by(|a, b| b.partial_cmp(a).expect("no NaN"));
        list.reverse();
        list.rotate_left(2);
        list.iter().enumerate().map(|(i, y)| y.sin() * (i + 1) as f64).sum()
    });
    checks.program("extend_from_slice into a new vector", &X, |x| {
        let mut list = Vec::new();
        list.extend_from_slice(x);
        list.extend_from_slice(&x[1..]);
        list.iter().enumerate().map(|(i, y)| y * y * (i + 1) as f64).sum()
    });
    checks.program("a matrix as a vector of vectors", &X, |x| {
        let rows: Vec<Vec<f64>> = (0..3).map(|i| (0..3).map(|j| x[i] * x[j] + x[(i + j) % 5]).collect()).collect();
        (0..3).map(|i| (0..3).map(|j| rows[i][j] * rows[j][i]).sum::<f64>()).sum()
    });
    checks.program("sort_by total_cmp, stable and not, of many", &X, |x| {
        let many = |step: usize| -> Vec<f64> {
            (0..black_box(60)).map(|i| x[i % 5] * ((i * step % 61) as f64 * 0.1).sin()).collect()
        };
        let (mut list, mut other) = (many(37), many(23));
        list.sort_by(|a, b| a.total_cmp(b));
        other.sort_unstable_by(|a, b| b.total_cmp(a));
        let mut third = other.clone();
        let (_, median, _) = third.select_nth_unstable_by(30, |a, b| a.total_cmp(b));
        let weighted = |list: &[f64]| list.iter().enumerate().map(|(i, y)| (i as f64 + 0.5) * y * y).sum::<f64>();
        weighted(&list) + weighted(&other[..20]) + *median * x[0]
    });
    checks.program("sorted pairs and structures", &X, |x| {
        let number = |i: usize| x[i % 5] * ((i * 37 % 61) as f64 * 0.1).sin();
        let mut pairs: Vec<(usize, f64)> = (0..black_box(40)).map(|i| (i, number(i))).collect();
        pairs.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut bodies: Vec<Named> = (0..black_box(40usize))
            .map(|i| Named { place: [number(i), number(i + 3)], mass: x[2], name: format!("{}", i * 7 % 40), id: i as u32 })
            .collect();
        bodies.sort_by_key(|body| body.name.clone());
        let of_pairs: f64 = pairs.iter().enumerate().map(|(i, (k, y))| (i * k) as f64 * y * y).sum();
        let of_bodies: f64 =
            bodies.iter().enumerate().map(|(i, body)| i as f64 * body.place[0] * body.place[1] * body.mass).sum();
        of_pairs * 1e-3 + of_bodies
    });
    checks.program("VecDeque", &X, |x| {
        let mut queue: VecDeque<f64> = x.iter().copied().collect();
        let mut sum = 0.0;
        for _ in 0..black_box(7) {
            let first = queue.pop_front().unwrap_or(0.0);
            sum += first * queue[1];
            queue.push_back(first.sin());
        }
        sum
    });
    checks.program("concat and join of slices", &X, |x| {
        let all = [&x[..2], &x[3..]].concat();
        all.iter().product()
    });
    checks.program("drain and retain", &X, |x| {
        let mut list = x.to_vec();
        let front: f64 = list.drain(..2).map(|y| y * y).sum();
        list.retain(|y| *y > 0.8);
        front * list.iter().sum::<f64>()
    });
}

pub fn pointers(checks: &mut Checks) {
    checks.program("Box", &X, |x| {
        let boxed = Box::new([x[0], x[0] * x[1]]);
        let moved = boxed;
        let number = Box::new(moved[1]);
        *number * moved[0]
    });
    checks.program("Rc", &X, |x| {
        let shared = Rc::new((x[0], x[1] * x[2]));
        let other = Rc::clone(&shared);
        let sum = shared.0 * other.1;
        drop(shared);
        sum + other.0 * Rc::strong_count(&other) as f64
    });
    checks.program("Rc<RefCell<Vec>>", &X, |x| {
        let shared = Rc::new(RefCell::new(x.to_vec()));
        let other = Rc::clone(&shared);
        other.borrow_mut()[0] *= 3.0;
        other.borrow_mut().push(x[1]);
        let list = shared.borrow();
        list.iter().map(|y| y * y).sum()
    });
    checks.program("RefCell and Cell", &X, |x| {
        let cell = Cell::new(x[0]);
        let sum = RefCell::new(0.0);
        for x in x {
            cell.set(cell.get() * x);
            *sum.borrow_mut() += cell.get().sin();
        }
        sum.into_inner()
    });
    checks.program("Arc and Mutex", &X, |x| {
        let total = Arc::new(Mutex::new(1.0));
        for x in x {
            let other = Arc::clone(&total);
            *other.lock().expect("not poisoned") *= x + 0.5;
        }
        *total.lock().expect("not poisoned")
    });
    checks.program("a linked list with Box", &X, |x| {
        let mut list = List::End;
        for x in x {
            list = List::Node(x * x, Box::new(list));
        }
        let (mut sum, mut rest) = (0.3, &list);
        while let List::Node(value, next) = rest {
            sum = sum * value + value.cos();
            rest = next;
        }
        sum
    });
    checks.program("a linked list with Option<Box>", &X, |x| {
        struct Node {
            value: f64,
            next: Option<Box<Node>>,
        }
        let mut head: Option<Box<Node>> = None;
        for x in x {
            head = Some(Box::new(Node { value: *x, next: head.take() }));
        }
        let (mut product, mut at) = (1.0, head.as_deref());
        while let Some(node) = at {
            product *= node.value.exp() - 0.2;
            at = node.next.as_deref();
        }
        product
    });
    trees_and_structures(checks);
}

fn trees_and_structures(checks: &mut Checks) {
    checks.program("a tree", &X, |x| {
        let leaf = |value| Tree { value, children: Vec::new() };
        let tree = Tree {
            value: x[0],
            children: vec![leaf(x[1]), Tree { value: x[2], children: vec![leaf(x[3]), leaf(x[4])] }],
        };
        tree.evaluate()
    });
    checks.program("slices of structures", &X, |x| {
        let bodies = [
            Body { position: [x[0], x[1]], mass: x[2], name: "sun" },
            Body { position: [x[3], x[4]], mass: 0.5, name: "earth" },
        ];
        let mut moved = bodies.to_vec();
        moved[1].position[0] += 0.1 * moved[0].mass;
        let energy = |list: &[Body]| {
            let (a, b) = (&list[0], &list[1]);
            let d: f64 = a.position.iter().zip(&b.position).map(|(a, b)| (a - b).powi(2)).sum();
            a.mass * b.mass / d.sqrt() * a.name.len() as f64
        };
        energy(&bodies) + energy(&moved)
    });
    checks.program("growth and clones of structures with text", &X, |x| {
        let mut list = Vec::new();
        for i in 0..black_box(9usize) {
            list.push(Named { place: [x[i % 5], x[(i + 1) % 5]], mass: x[2], name: format!("body {i}"), id: i as u32 });
        }
        let copies = list.clone();
        let weight = |body: &Named| body.name.len() as f64 + f64::from(body.id);
        copies.iter().map(|body| body.place[0] * body.place[1] * body.mass * weight(body)).sum()
    });
}

pub fn maps_and_text(checks: &mut Checks) {
    checks.program("String and format!", &X, |x| {
        let text = format!("{:.3} of {}", x[0], "many");
        let mut name = String::from("x");
        name.push_str(&text);
        let length = name.len() as f64;
        x[0] * x[1] * length
    });
    checks.program("println!", &X, |x| {
        println!("a program prints {:.1} and goes on", x.len());
        eprintln!("{:?}", &x[..1]);
        x.iter().product()
    });
    let mut weights = HashMap::new();
    weights.insert("first", 2.0);
    weights.insert("second", 0.5);
    checks.program("HashMap with inactive keys", &X, move |x| {
        let keys = black_box(["first", "second", "third"]);
        keys.iter().zip(x).map(|(key, x)| weights.get(key).copied().unwrap_or(1.0) * x * x).sum()
    });
    let mut order = BTreeMap::new();
    order.insert(3, 1.5);
    order.insert(1, -0.5);
    checks.program("BTreeMap with inactive keys", &X, move |x| {
        let known = order.get(&black_box(3)).copied().unwrap_or(0.0);
        let all: f64 = order.iter().map(|(key, y)| f64::from(*key) * y * x[0]).sum();
        known * x[1] * all
    });
    checks.program("BTreeMap with active values", &X, |x| {
        let mut sums = BTreeMap::new();
        for (i, x) in x.iter().enumerate() {
            *sums.entry(i % black_box(3)).or_insert(0.0) += x * x;
        }
        sums.insert(7, x[1]);
        sums.remove(&1);
        sums.iter().map(|(key, y)| (1.0 + *key as f64) * f64::sin(*y)).sum()
    });
    checks.program("LinkedList", &X, |x| {
        let mut list = LinkedList::new();
        for x in x {
            list.push_front(x * x);
        }
        list.push_back(x[0]);
        list.pop_front();
        list.iter().enumerate().map(|(i, y)| (i as f64 + 0.5) * y).sum()
    });
    checks.program("parsed text as constants", &X, |x| {
        let numbers = black_box("1.5 2.5 -3").split(' ').map(|word| word.parse::<f64>().unwrap_or(0.0));
        numbers.zip(x).map(|(a, x)| a * x * x).sum()
    });
}
