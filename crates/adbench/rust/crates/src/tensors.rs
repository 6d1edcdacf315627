//! What the tensor crates share: the objectives' constants in the form of tensors.

use objectives::given::{Gmm, Lstm};
use objectives::{Call, gmm};

/// The unknowns of the mixture, and what its posterior has that depends on none of them.
pub(crate) struct Mixture<'a> {
    pub(crate) given: &'a Gmm,
    pub(crate) d: usize,
    pub(crate) k: usize,
    pub(crate) n: usize,
    /// The number of entries of a factor.
    pub(crate) size: usize,
    pub(crate) alphas: &'a [f64],
    pub(crate) means: &'a [f64],
    pub(crate) factors: &'a [f64],
    /// Where the d x d entries of a factor as a matrix are among its own: the diagonal, those below it, and one more, which is zero.
    pub(crate) places: Vec<u32>,
    pub(crate) constant: f64,
}

impl<'a> Mixture<'a> {
    pub(crate) fn new(call: &'a Call) -> Self {
        // SAFETY: the harness gives each objective its own constants.
        let given = unsafe { &*call.given.cast::<Gmm>() };
        let (d, k, n, size) = (given.d(), given.k(), given.n(), gmm::factor_size(given.d()));
        let (alphas, rest) = call.x().split_at(k);
        let (means, factors) = rest.split_at(k * d);
        let mut places = vec![size; d * d];
        let mut next = d;
        for column in 0..d {
            places[column * d + column] = column;
            for row in column + 1..d {
                places[row * d + column] = next;
                next += 1;
            }
        }
        let places = places.into_iter().map(|place| place as u32).collect();
        let constant = -gmm::likelihood_constant(given) - k as f64 * gmm::wishart_norm(given);
        Self { given, d, k, n, size, alphas, means, factors, places, constant }
    }
}

/// The constants of the LSTM, and its unknowns.
pub(crate) struct Network<'a> {
    pub(crate) l: usize,
    pub(crate) b: usize,
    pub(crate) length: usize,
    pub(crate) state: &'a [f64],
    pub(crate) sequence: &'a [f64],
    pub(crate) main: &'a [f64],
    pub(crate) extra: &'a [f64],
}

impl<'a> Network<'a> {
    pub(crate) fn new(call: &'a Call) -> Self {
        // SAFETY: the harness gives each objective its own constants.
        let given = unsafe { &*call.given.cast::<Lstm>() };
        let (l, b) = (given.layers(), given.width());
        let (main, extra) = call.x().split_at(8 * l * b);
        Self { l, b, length: given.length(), state: given.state(), sequence: given.sequence(), main, extra }
    }
}
