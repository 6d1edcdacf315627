//! Inputs of a program: numbers with tangents, from a seed.

/// What the elements of an array are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArrayKind {
    /// Doubles.
    Double,
    /// Floats.
    Single,
}

/// The arguments of an entry function, in the order of its parameters: doubles, floats, integers, arrays of doubles, arrays of floats.
/// Numbers come with their tangents.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Arguments of type `double`.
    pub doubles: Vec<(f64, f64)>,
    /// Arguments of type `float`.
    pub singles: Vec<(f32, f32)>,
    /// Arguments of type `i64`.
    pub ints: Vec<i64>,
    /// Arrays of [`LEN`] doubles.
    pub arrays: Vec<Vec<(f64, f64)>>,
    /// Arrays of [`LEN`] floats.
    pub single_arrays: Vec<Vec<(f32, f32)>>,
}

/// The number of elements of every array: a power of two, so that a mask keeps indices in range.
pub(super) const LEN: u64 = 8;

/// A stream of random numbers (Steele, Lea and Flood 2014, SplitMix).
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number between -1 and 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    pub(super) fn dual(&mut self) -> (f64, f64) {
        (2.0 * self.unit(), self.unit())
    }

    pub(super) fn dual_single(&mut self) -> (f32, f32) {
        let (value, tangent) = self.dual();
        (value as f32, tangent as f32)
    }
}
