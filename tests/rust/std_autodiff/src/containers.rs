//! Memory of the standard library inside differentiated functions.

use std::autodiff::autodiff_reverse;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::hint::black_box as hide;
use std::rc::Rc;

use crate::check::{close, gradient};

#[autodiff_reverse(push_reverse, Duplicated, Active)]
fn push(x: &[f64]) -> f64 {
    let mut squares = Vec::new();
    for &value in x {
        squares.push(value * value);
    }
    squares.iter().zip(x).map(|(square, x)| square * x).sum()
}

#[autodiff_reverse(collect_reverse, Duplicated, Active)]
fn collect(x: &[f64]) -> f64 {
    let sines: Vec<f64> = x.iter().map(|x| x.sin()).collect();
    let copy = sines.clone();
    copy.iter().zip(&sines).map(|(a, b)| a * b).sum()
}

#[autodiff_reverse(zeros_reverse, Duplicated, Active)]
fn zeros(x: &[f64]) -> f64 {
    let mut sums = vec![0.0; x.len() + 1];
    for (index, value) in x.iter().enumerate() {
        sums[index + 1] = sums[index] + value * value;
    }
    sums.iter().sum()
}

#[autodiff_reverse(capacity_reverse, Duplicated, Active)]
fn capacity(x: &[f64]) -> f64 {
    let mut stack = Vec::with_capacity(x.len());
    for &value in x {
        stack.push(value);
    }
    let mut result = 1.0;
    while let Some(value) = stack.pop() {
        result = result * value + 1.0;
    }
    result
}

#[autodiff_reverse(extended_reverse, Duplicated, Active)]
fn extended(x: &[f64]) -> f64 {
    let mut stack = Vec::with_capacity(x.len());
    stack.extend_from_slice(x);
    let mut result = 1.0;
    while let Some(value) = stack.pop() {
        result = result * value + 1.0;
    }
    result
}

#[autodiff_reverse(boxed_reverse, Duplicated, Active)]
fn boxed(x: &[f64]) -> f64 {
    let first = Box::new(x[0]);
    let rest: Box<[f64]> = x[1..].into();
    *first * rest.iter().product::<f64>()
}

#[autodiff_reverse(shared_reverse, Duplicated, Active)]
fn shared(x: &[f64]) -> f64 {
    let one = Rc::new(x[0] * x[1]);
    let two = Rc::clone(&one);
    *one * *two
}

#[autodiff_reverse(cells_reverse, Duplicated, Active)]
fn cells(x: &[f64]) -> f64 {
    let total = RefCell::new(0.0);
    let last = Cell::new(1.0);
    for &value in x {
        *total.borrow_mut() += value * last.get();
        last.set(value);
    }
    total.into_inner()
}

#[autodiff_reverse(written_reverse, Duplicated, Active)]
fn written(x: &[f64]) -> f64 {
    let mut text = String::new();
    for _ in x {
        let _ = write!(text, "{} ", x.len());
    }
    x.iter().map(|x| x * x).sum::<f64>() * text.len() as f64
}

#[autodiff_reverse(shown_reverse, Duplicated, Active)]
fn shown(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for value in x {
        total += value * value;
        if x.len() == 1000 {
            println!("{value}: {total}");
        }
    }
    total
}

#[autodiff_reverse(printed_reverse, Duplicated, Active)]
fn printed(x: &[f64]) -> f64 {
    let mut text = String::new();
    let mut total = 0.0;
    for value in x {
        total += value * value;
        let _ = write!(text, "{} ", x.len());
    }
    if text.len() == 1000 {
        println!("{text}{total}");
    }
    total * text.len() as f64
}

#[autodiff_reverse(map_reverse, Duplicated, Const, Active)]
fn looked_up(x: &[f64], names: &HashMap<u32, usize>) -> f64 {
    (0..4).filter_map(|key| names.get(&key)).map(|&index| x[index] * x[index]).sum()
}

#[autodiff_reverse(matrix_reverse, Duplicated, Active)]
fn matrix(x: &[f64]) -> f64 {
    let rows: Vec<Vec<f64>> = (0..3).map(|i| (0..3).map(|j| x[i] * x[j] + 1.0).collect()).collect();
    rows.iter().map(|row| row.iter().product::<f64>()).sum()
}

#[autodiff_reverse(vector_reverse, Duplicated, Active)]
fn by_vector(x: &Vec<f64>) -> f64 {
    x.iter().map(|x| x * x * x).sum()
}

#[autodiff_reverse(sort_reverse, Duplicated, Active)]
fn swapped(x: &[f64]) -> f64 {
    let mut list = x.to_vec();
    for i in 0..list.len() {
        for j in 1..list.len() - i {
            if list[j - 1] > list[j] {
                list.swap(j - 1, j);
            }
        }
    }
    list.iter().enumerate().map(|(index, x)| (index as f64) * x * x).sum()
}

pub fn run() {
    let at = [1.5, 2.0, -1.0, 0.5, 3.0];
    gradient("Vec::push", push, push_reverse, &at);
    gradient("collect and clone", collect, collect_reverse, &at);
    gradient("vec!", zeros, zeros_reverse, &at);
    gradient("with_capacity and pop", capacity, capacity_reverse, &at);
    gradient("extend_from_slice", extended, extended_reverse, &at);
    gradient("Box", boxed, boxed_reverse, &at);
    gradient("Rc", shared, shared_reverse, &at);
    gradient("RefCell and Cell", cells, cells_reverse, &at);
    gradient("String", written, written_reverse, &at);
    gradient("println", shown, shown_reverse, &at);
    gradient("String and println", printed, printed_reverse, &at);
    let names = hide(HashMap::from([(0, 2), (3, 1), (9, 0)]));
    let df = |x: &[f64], dx: &mut [f64], seed| map_reverse(x, dx, &names, seed);
    gradient("HashMap", |x| looked_up(x, &names), df, &at);
    gradient("vectors in a vector", matrix, matrix_reverse, &at[..3]);
    let vector = hide(at.to_vec());
    let mut shadow = vec![0.0; 5];
    vector_reverse(&vector, &mut shadow, 1.0);
    close("&Vec", &shadow, &vector.iter().map(|x| 3.0 * x * x).collect::<Vec<_>>());
    gradient("swaps", swapped, sort_reverse, &at);
}
