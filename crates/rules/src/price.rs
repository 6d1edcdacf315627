//! What a call of a known function costs, in units of about one cheap instruction: for whoever must choose between computing
//! something twice and keeping it.

use crate::entry::{Entry, Kind};

/// Functions of numbers that machines have instructions for.
const CHEAP: [&str; 19] = [
    "fabs",
    "copysign",
    "fmin",
    "fmax",
    "fminimum",
    "fmaximum",
    "fminimum_num",
    "fmaximum_num",
    "fma",
    "floor",
    "ceil",
    "trunc",
    "rint",
    "nearbyint",
    "round",
    "roundeven",
    "isnan",
    "isinf",
    "signbit",
];

impl Entry {
    /// The price of one call on scalars.
    pub fn price(&self) -> u32 {
        match &self.kind {
            Kind::Math(_) if CHEAP.contains(&self.name) => 1,
            Kind::Math(_) if self.name == "sqrt" => 8,
            Kind::Math(_) => 20,
            _ => 2,
        }
    }
}
