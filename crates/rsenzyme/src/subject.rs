//! What is being worked on, for the message of an internal error: a host catches a panic of ours, and knows only the module.

use std::cell::RefCell;

thread_local! {
    static SUBJECT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The functions that [`crate::lower`] was working on when it panicked on this thread; `None` if it did not come to a function.
#[must_use]
pub fn subject() -> Option<String> {
    SUBJECT.with_borrow(Clone::clone)
}

/// Notes what is worked on from now.
pub(crate) fn set(subject: Option<String>) {
    SUBJECT.set(subject);
}
