//! What the engine says, for the user.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use cargo_rsenzyme::step::{Level, Place, Report};
use llvm_sys::core::LLVMDisposeMessage;
use llvm_sys::debuginfo::{
    LLVMDIFileGetDirectory, LLVMDIFileGetFilename, LLVMDILocationGetColumn, LLVMDILocationGetInlinedAt,
    LLVMDILocationGetLine, LLVMDILocationGetScope, LLVMDIScopeGetFile,
};
use llvm_sys::prelude::{LLVMMetadataRef, LLVMValueRef};
use rsenzyme::{Diagnostic, Outcome, Severity};

use crate::program::Program;

/// Inlining deeper than this is not shown.
const MAX_PLACES: usize = 32;

/// A report, and what is known about its places.
struct Found {
    report: Report,
    /// Whether it has a place in the user's code itself, not only through a request.
    own: bool,
    /// Where a derivative was asked for that needs the function.
    request: Vec<Place>,
}

/// The engine's diagnostics with their places, while the module lives. `requests` are the functions to differentiate, each with the location
/// of a request for it: the place of what is said about such a function, and about what it calls, where no place is in the user's own code.
pub(crate) fn of(
    diagnostics: &[Diagnostic],
    requests: &[(LLVMValueRef, LLVMMetadataRef)],
    program: &Program,
) -> Vec<Report> {
    let found = |diagnostic: &Diagnostic| {
        let mut places = places(diagnostic.location);
        let own = places.iter().any(is_own);
        let asks = |(target, _): &&(LLVMValueRef, LLVMMetadataRef)| *target == diagnostic.function;
        let reaches = |(target, _): &&(LLVMValueRef, LLVMMetadataRef)| {
            program.reached(&[*target]).contains(&diagnostic.function)
        };
        let request = requests
            .iter()
            .find(asks)
            .or_else(|| requests.iter().find(reaches));
        let request = request.map_or_else(Vec::new, |(_, location)| self::places(*location));
        if !own {
            places.extend(request.iter().cloned());
        }
        let level = match diagnostic.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Note,
        };
        let message = diagnostic.message.clone();
        Found {
            report: Report {
                level,
                message,
                places,
            },
            own,
            request,
        }
    };
    about_threads(diagnostics.iter().map(found).collect())
}

/// What options ask the engine to print: plans, times, and what the analyses found.
pub(crate) fn asked_for(outcome: &Outcome) -> Vec<Report> {
    let texts = [outcome.reports(), outcome.analyses.clone()];
    let asked = texts.into_iter().filter(|text| !text.is_empty());
    let note = |message| Report {
        level: Level::Note,
        message,
        places: Vec::new(),
    };
    asked.map(note).collect()
}

/// Whether a place is in code of the user's, not in a library.
fn is_own(place: &Place) -> bool {
    let library = |part: &str| {
        place
            .file
            .components()
            .any(|component| component.as_os_str() == part)
    };
    // What std depends on was compiled there.
    let of_std = place.file.starts_with("/rust/deps");
    let named = !place.file.as_os_str().is_empty();
    named && !of_std && !library("rustc") && !library("rustlib") && !library("registry")
}

/// Whether a place is in code that starts threads.
fn starts_threads(place: &Place) -> bool {
    let file = place.file.to_string_lossy();
    let folders = [
        "std/src/thread/",
        "std/src/sys/thread/",
        "/rayon-core-",
        "/rayon-1",
    ];
    folders.iter().any(|folder| file.contains(folder)) && !file.ends_with("/local.rs")
}

/// Code that starts threads has a hundred reasons why it has no derivative; the user needs one for each place that starts some.
fn about_threads(all: Vec<Found>) -> Vec<Report> {
    let starts =
        |found: &Found| found.report.level == Level::Error && found.report.places.iter().any(starts_threads);
    let (threads, others): (Vec<_>, Vec<_>) = all.into_iter().partition(starts);
    let with_place = threads.iter().any(|found| found.own);
    let mut reports: Vec<Report> = Vec::new();
    for found in threads.iter().filter(|found| found.own || !with_place) {
        let place = found.report.places.iter().rfind(|place| is_own(place)).cloned();
        if reports.iter().any(|known| known.places.first() == place.as_ref()) {
            continue;
        }
        reports.push(Report {
            level: Level::Error,
            message: "code that starts threads (std::thread, rayon) is not differentiated; take a derivative within each thread instead: \
                      threads may call gradients, and sums of gradients are gradients of sums"
                .to_owned(),
            places: place.into_iter().collect(),
        });
    }
    let follows = |found: &Found| !found.own && threads.iter().any(|thread| thread.request == found.request);
    let others = others
        .into_iter()
        .filter(|found| found.report.level != Level::Error || !follows(found));
    reports.extend(others.map(|found| found.report));
    reports
}

/// Whether a file is of `rsenzyme-rs`, which makes requests: users know nothing of how.
fn is_glue(file: &Path) -> bool {
    let mut folders = file.components().rev().skip(1);
    let is = |folder: Option<std::path::Component<'_>>, test: &dyn Fn(&str) -> bool| {
        folder.is_some_and(|folder| test(&folder.as_os_str().to_string_lossy()))
    };
    is(folders.next(), &|name| name == "src") && is(folders.next(), &|name| name.starts_with("rsenzyme-rs"))
}

/// A place and where it was inlined, without those in this project's own glue.
fn places(mut location: LLVMMetadataRef) -> Vec<Place> {
    let mut places = Vec::new();
    while !location.is_null() && places.len() < MAX_PLACES {
        // SAFETY: the location and what it leads to belong to the module's context, which is alive; a scope is never null.
        unsafe {
            let file = file(LLVMDIScopeGetFile(LLVMDILocationGetScope(location)));
            if !is_glue(&file) {
                places.push(Place {
                    file,
                    line: LLVMDILocationGetLine(location) as usize,
                    column: LLVMDILocationGetColumn(location) as usize,
                });
            }
            location = LLVMDILocationGetInlinedAt(location);
        }
    }
    places
}

/// # Safety
/// `file` is null or a `DIFile` that is alive.
unsafe fn file(file: LLVMMetadataRef) -> PathBuf {
    if file.is_null() {
        return PathBuf::new();
    }
    // SAFETY: promised by the caller; the texts have as many bytes as LLVM says.
    let text = |get: unsafe extern "C" fn(LLVMMetadataRef, *mut u32) -> *const std::ffi::c_char| unsafe {
        let mut length = 0;
        let start = get(file, &raw mut length);
        if start.is_null() {
            return String::new();
        }
        let bytes = std::slice::from_raw_parts(start.cast::<u8>(), length as usize);
        String::from_utf8_lossy(bytes).into_owned()
    };
    Path::new(&text(LLVMDIFileGetDirectory)).join(text(LLVMDIFileGetFilename))
}

/// Writes reports, one JSON object a line.
pub(crate) fn write(path: &Path, reports: &[Report]) -> Result<()> {
    let mut text = String::new();
    for report in reports {
        writeln!(text, "{}", serde_json::to_string(report)?)?;
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// A message that LLVM allocated, which is freed.
///
/// # Safety
/// `message` is null or a message of LLVM's that nobody else frees.
pub(crate) unsafe fn take_message(message: *mut std::ffi::c_char) -> String {
    if message.is_null() {
        return "no reason given".to_owned();
    }
    // SAFETY: promised by the caller.
    unsafe {
        let text = std::ffi::CStr::from_ptr(message).to_string_lossy().into_owned();
        LLVMDisposeMessage(message);
        text
    }
}
