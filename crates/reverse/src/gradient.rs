//! The bodies of the answers to one request: analyses, then both sweeps.

use ir::Function;

use crate::Reverse;
use crate::error::{Error, ErrorKind};
use crate::request::Job;

impl Reverse<'_> {
    /// The bodies that answer a request.
    pub(crate) fn gradient(&mut self, job: Job) -> Result<Vec<Function>, Vec<Error>> {
        Err(vec![Error {
            func: job.request.func,
            inst: None,
            kind: ErrorKind::Irreversible {
                what: format!("{:?}", job.answer),
            },
        }])
    }
}
