//! Keeping panics inside, and remembering where they happened: for hosts, which turn them into messages of their own.
//!
//! A panic that leaves an `extern "C"` function aborts the host. [`contain`] catches it, and a hook notes the place in a
//! variable of the thread: rustc runs passes on several threads at once. The plugin has its own copy of the standard
//! library, so the hook is not the one that rustc uses for itself.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

/// Set to anything, this environment variable makes panics print a backtrace.
const BACKTRACE_VARIABLE: &str = "RSENZYME_BACKTRACE";

thread_local! {
    /// Where the last panic of this thread was, as `file:line:column`.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Replaces the hook that prints every panic.
pub fn install_hook() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        if std::env::var_os(BACKTRACE_VARIABLE).is_some() {
            eprintln!("rs-enzyme: {info}\n{}", Backtrace::force_capture());
        }
        // The variable is gone if the thread is ending; then the message does without.
        let _ = PLACE.try_with(|cell| *cell.borrow_mut() = place);
    }));
}

/// Runs `body`; a panic becomes its message and place.
///
/// # Errors
///
/// The text of the panic.
pub fn contain<T>(body: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(body)).map_err(|payload| {
        let text = message(payload.as_ref());
        let place = PLACE.try_with(|cell| cell.borrow_mut().take()).ok().flatten();
        match place {
            Some(place) => format!("{text} (at {place})"),
            None => text,
        }
    })
}

fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without a message".to_owned()
    }
}
