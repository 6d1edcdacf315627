//! Affine expressions over values: a constant and values times constants, modulo two to a number of bits.

use smallvec::SmallVec;

use crate::function::Value;

/// A constant plus values times factors, modulo `2^bits`. All values have that width, or are addresses of that width.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Affine {
    /// The width.
    pub bits: u32,
    /// The constant part, sign-extended.
    pub constant: i128,
    /// Values with factors: ordered by value, factors sign-extended and not zero.
    pub terms: SmallVec<[(Value, i128); 2]>,
}

impl Affine {
    /// A number.
    pub fn number(bits: u32, constant: i128) -> Self {
        Self {
            bits,
            constant: sign_extend(constant, bits),
            terms: SmallVec::new(),
        }
    }

    /// A value.
    pub fn value(bits: u32, value: Value) -> Self {
        Self {
            bits,
            constant: 0,
            terms: SmallVec::from_slice(&[(value, 1)]),
        }
    }

    /// The number, if no value is in it.
    pub fn as_number(&self) -> Option<i128> {
        self.terms.is_empty().then_some(self.constant)
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        sum.constant = sign_extend(sum.constant.wrapping_add(other.constant), sum.bits);
        for &(value, factor) in &other.terms {
            match sum.terms.binary_search_by_key(&value, |term| term.0) {
                Ok(at) => {
                    let total = sign_extend(sum.terms[at].1.wrapping_add(factor), sum.bits);
                    if total == 0 {
                        sum.terms.remove(at);
                    } else {
                        sum.terms[at].1 = total;
                    }
                }
                Err(at) => sum.terms.insert(at, (value, factor)),
            }
        }
        sum
    }

    /// The product with a number.
    #[must_use]
    pub fn times(&self, factor: i128) -> Self {
        let scale = |number: i128| sign_extend(number.wrapping_mul(factor), self.bits);
        Self {
            bits: self.bits,
            constant: scale(self.constant),
            terms: self
                .terms
                .iter()
                .map(|&(value, old)| (value, scale(old)))
                .filter(|term| term.1 != 0)
                .collect(),
        }
    }

    /// The difference.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        self.plus(&other.times(-1))
    }

    /// The bits of the expression, given those of the values. Below `2^bits`.
    pub fn eval(&self, value: &impl Fn(Value) -> u128) -> u128 {
        let terms = self.terms.iter();
        let sum = terms.fold(self.constant as u128, |sum, &(term, factor)| {
            sum.wrapping_add(value(term).wrapping_mul(factor as u128))
        });
        sum & crate::constant::mask(self.bits)
    }
}

/// The low `bits` of `number` as a signed number.
pub(crate) fn sign_extend(number: i128, bits: u32) -> i128 {
    let shift = 128 - bits.clamp(1, 128);
    (number << shift) >> shift
}
