//! Primal values of math entries for tests: the C library's own function where it has one, else a closed form or a
//! series that shares nothing with the rules.

mod native;
mod reference;

use rules::{Entry, Param, Return};

/// The outputs of `entry` (in the order of `MathRule::outputs`) at `inputs` (in the order of `sample_slots`), or `None`
/// if there is neither a library function nor a reference.
pub fn primal(entry: &Entry, inputs: &[f64]) -> Option<Vec<f64>> {
    let signature = signature(entry);
    reference::value(entry.name, inputs).or_else(|| native::value(entry.name, &signature, inputs))
}

/// The notation of `signature.rs`, from the parsed parameters.
pub fn signature(entry: &Entry) -> String {
    let params = entry.params.iter().map(|p| match p {
        Param::Float => 'f',
        Param::OtherFloat => 'g',
        Param::Complex => 'c',
        Param::Integer => 'i',
        Param::FloatOut => 'F',
        Param::IntegerOut => 'I',
        Param::Pointer(_) => 'p',
        Param::Any => 'a',
    });
    let result = match &entry.returns {
        Return::Void => "v",
        Return::Float => "f",
        Return::Complex => "c",
        Return::Integer => "i",
        _ => "?",
    };
    format!("{}>{result}", params.collect::<String>())
}
