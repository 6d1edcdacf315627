//! The two sweeps over the blocks of a body.

mod edges;
mod forward;
mod reverse;

pub(crate) use edges::Entry;
