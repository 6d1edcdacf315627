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
use rsenzyme::{Diagnostic, Severity};

use crate::program::Program;

/// Inlining deeper than this is not shown.
const MAX_PLACES: usize = 32;

/// The engine's diagnostics with their places, while the module lives. `requests` are the functions to differentiate, each with the location
/// of a request for it: the place of what is said about such a function, and about what it calls, where no place is in the user's own code.
pub(crate) fn of(
    diagnostics: &[Diagnostic],
    requests: &[(LLVMValueRef, LLVMMetadataRef)],
    program: &Program,
) -> Vec<Report> {
    let report = |diagnostic: &Diagnostic| {
        let mut places = places(diagnostic.location);
        if !places.iter().any(is_own) {
            let request = requests.iter().find(|(target, _)| *target == diagnostic.function);
            let reaches = |(target, _): &&(LLVMValueRef, LLVMMetadataRef)| {
                program.reached(&[*target]).contains(&diagnostic.function)
            };
            if let Some((_, location)) = request.or_else(|| requests.iter().find(reaches)) {
                places.extend(self::places(*location));
            }
        }
        Report {
            level: match diagnostic.severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
                Severity::Note => Level::Note,
            },
            message: diagnostic.message.clone(),
            places,
        }
    };
    about_threads(diagnostics.iter().map(report).collect())
}

/// Whether a place is in code of the user's, not in a library.
fn is_own(place: &Place) -> bool {
    let library = |part: &str| {
        place
            .file
            .components()
            .any(|component| component.as_os_str() == part)
    };
    !place.file.as_os_str().is_empty() && !library("rustc") && !library("rustlib") && !library("registry")
}

/// Whether a place is in code that starts threads.
fn starts_threads(place: &Place) -> bool {
    let file = place.file.to_string_lossy();
    [
        "std/src/thread/",
        "std/src/sys/thread/",
        "/rayon-core-",
        "/rayon-1",
    ]
    .iter()
    .any(|part| file.contains(part))
}

/// Code that starts threads has a hundred reasons why it has no derivative; the user needs one.
fn about_threads(reports: Vec<Report>) -> Vec<Report> {
    let starts = |report: &Report| report.level == Level::Error && report.places.iter().any(starts_threads);
    if !reports.iter().any(starts) {
        return reports;
    }
    let mut found: Vec<Report> = Vec::new();
    let (threads, others): (Vec<_>, Vec<_>) = reports.into_iter().partition(starts);
    for report in threads {
        let own: Vec<_> = report.places.into_iter().filter(is_own).collect();
        let place = own.last().cloned();
        if found.iter().any(|known| known.places.last() == place.as_ref()) {
            continue;
        }
        found.push(Report {
            level: Level::Error,
            message: "code that starts threads (std::thread, rayon) is not differentiated; take a derivative within each thread instead: \
                      threads may call gradients, and sums of gradients are gradients of sums"
                .to_owned(),
            places: place.into_iter().collect(),
        });
    }
    // What has no place in the user's code is most likely a consequence.
    found.extend(
        others
            .into_iter()
            .filter(|report| report.level != Level::Error || report.places.first().is_some_and(is_own)),
    );
    found
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
