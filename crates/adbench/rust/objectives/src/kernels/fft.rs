//! The discrete Fourier transform of complex numbers: `objectives/fft.c` and `objectives/fft_iterative.c`.

use crate::Real;
use crate::given::Kernel;

fn butterfly<T: Real>(root: [f64; 2], even: &mut [T; 2], odd: &mut [T; 2]) {
    let [c, s] = root;
    let (re, im) = (odd[0] * c - odd[1] * s, odd[1] * c + odd[0] * s);
    *odd = [even[0] - re, even[1] - im];
    even[0] += re;
    even[1] += im;
}

/// `roots` holds those of the whole transform; every `stride`-th is a root of this one's order.
fn transform<T: Real>(stride: usize, roots: &[[f64; 2]], input: &[[T; 2]], out: &mut [[T; 2]]) {
    if let [only] = out {
        *only = input[0];
        return;
    }
    let (evens, odds) = out.split_at_mut(out.len() / 2);
    transform(2 * stride, roots, input, evens);
    transform(2 * stride, roots, &input[stride..], odds);
    for ((even, odd), &root) in evens.iter_mut().zip(odds).zip(roots.iter().step_by(stride)) {
        butterfly(root, even, odd);
    }
}

/// Recursively by decimation in time, out of place.
pub fn recursive<T: Real>(given: &Kernel, x: &[T], y: &mut [T]) {
    transform(
        1,
        given.given().as_chunks().0,
        x.as_chunks().0,
        y.as_chunks_mut().0,
    );
}

fn reverse_bits<T: Real>(input: &[[T; 2]], out: &mut [[T; 2]]) {
    let n = input.len();
    let mut reversed = 0;
    for &number in input {
        out[reversed] = number;
        let mut bit = n >> 1;
        while bit > 0 && reversed & bit != 0 {
            reversed ^= bit;
            bit >>= 1;
        }
        reversed ^= bit;
    }
}

/// In place, from the numbers in bit-reversed order.
pub fn iterative<T: Real>(given: &Kernel, x: &[T], y: &mut [T]) {
    let n = given.n();
    let roots = given.given().as_chunks::<2>().0;
    let out = y.as_chunks_mut().0;
    reverse_bits(x.as_chunks().0, out);
    let mut half = 1;
    while half < n {
        let stride = n / (2 * half);
        for block in out.chunks_exact_mut(2 * half) {
            let (evens, odds) = block.split_at_mut(half);
            for ((even, odd), &root) in evens.iter_mut().zip(odds).zip(roots.iter().step_by(stride)) {
                butterfly(root, even, odd);
            }
        }
        half *= 2;
    }
}
