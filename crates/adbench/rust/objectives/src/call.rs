//! How the comparison calls a column: `harness/call.h` in Rust.

use std::ffi::c_int;

/// `struct call` of `harness/call.h`, which says what the members are.
#[repr(C)]
pub struct Call {
    /// The objective's constants.
    pub given: *const u8,
    x: *const f64,
    w: *const f64,
    y: *mut f64,
    result: *mut f64,
    inputs: c_int,
    outputs: c_int,
    size: c_int,
    directions: c_int,
    seed: Option<extern "C" fn(&Call, c_int, f64, *mut f64)>,
    take: Option<extern "C" fn(&Call, c_int, *const f64)>,
}

fn slice<'a, T>(start: *const T, length: c_int) -> &'a [T] {
    // SAFETY: the worker's memory of these sizes, which has an address even if it is empty, lives as long as the process.
    unsafe { std::slice::from_raw_parts(start, length.unsigned_abs() as usize) }
}

fn slice_mut<'a, T>(start: *mut T, length: c_int) -> &'a mut [T] {
    // SAFETY: the worker's memory of these sizes, which has an address even if it is empty, lives as long as the process, and nobody else uses it during a call.
    unsafe { std::slice::from_raw_parts_mut(start, length.unsigned_abs() as usize) }
}

impl Call {
    /// The unknowns.
    #[must_use]
    pub fn x(&self) -> &[f64] {
        slice(self.x, self.inputs)
    }

    /// The weights of the outputs.
    #[must_use]
    pub fn w(&self) -> &[f64] {
        slice(self.w, self.outputs)
    }

    /// Where values go. To be called once in a run.
    #[must_use]
    pub fn y(&self) -> &mut [f64] {
        slice_mut(self.y, self.outputs)
    }

    /// Where the derivative goes. To be called once in a run; [`Call::take`] writes there, too.
    #[must_use]
    pub fn result(&self) -> &mut [f64] {
        slice_mut(self.result, self.size)
    }

    /// The number of unknowns.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs.unsigned_abs() as usize
    }

    /// The number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs.unsigned_abs() as usize
    }

    /// The number of directions in which the derivative can be taken.
    #[must_use]
    pub fn directions(&self) -> usize {
        self.directions.unsigned_abs() as usize
    }

    /// Writes `value` to the places of the unknowns of a direction.
    pub fn seed(&self, direction: usize, value: f64, v: &mut [f64]) {
        assert!(v.len() == self.inputs());
        if let Some(seed) = self.seed {
            seed(
                self,
                c_int::try_from(direction).unwrap_or(c_int::MAX),
                value,
                v.as_mut_ptr(),
            );
        }
    }

    /// What the outputs do in a direction becomes part of the derivative.
    pub fn take(&self, direction: usize, dy: &[f64]) {
        assert!(dy.len() == self.outputs());
        if let Some(take) = self.take {
            take(
                self,
                c_int::try_from(direction).unwrap_or(c_int::MAX),
                dy.as_ptr(),
            );
        }
    }
}
