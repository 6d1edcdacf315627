//! Options: from the host's command line where it has one for plugins, and from an environment variable.
//!
//! The engine knows its options by name ([`engine::Options::all`]); the few that concern the plugin itself are in
//! [`SCHEDULE`]. Each is offered to the host's parser as `-rs-enzyme-<name>` and under Enzyme's names. rustc parses
//! `-C llvm-args` before it loads plugins and cannot have them, so [`VARIABLE`] does the same in every host; the command
//! line wins over it. What rustc says by `-Zautodiff=...` comes before both, because rustc also sets what nobody asked for.

use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

use crate::glue;

/// The environment variable with options, separated by commas or blanks: `RSENZYME_OPTIONS=print,lto=compile`.
/// The prefix `-rs-enzyme-` may be left out, and so may the value of a flag.
pub const VARIABLE: &str = "RSENZYME_OPTIONS";

const PREFIX: &str = "rs-enzyme-";

/// An option of the plugin itself.
struct ScheduleOption {
    name: &'static str,
    aliases: &'static [&'static str],
    default: &'static str,
    help: &'static str,
    set: fn(&mut Schedule, &str) -> bool,
}

/// When the passes run, and what runs after them.
pub struct Schedule {
    /// Whether anything happens at all. Named passes obey too.
    pub enabled: bool,
    /// Whether a compilation for link-time optimization lowers its requests instead of leaving them to the linker.
    pub lowers_before_link: bool,
    /// What the lowering pass does so that tests see what the host makes of it.
    pub self_test: SelfTest,
}

/// See [`Schedule::self_test`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SelfTest {
    /// Nothing.
    None,
    /// A panic.
    Panic,
    /// A warning about the first function.
    Warning,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            enabled: true,
            lowers_before_link: false,
            self_test: SelfTest::None,
        }
    }
}

const SCHEDULE: &[ScheduleOption] = &[
    ScheduleOption {
        name: "enable",
        aliases: &["enzyme-enable"],
        default: "1",
        help: "Differentiate (0: leave every module as it is)",
        set: |schedule, value| flag(value).map(|on| schedule.enabled = on).is_some(),
    },
    ScheduleOption {
        name: "lto",
        aliases: &[],
        default: "link",
        help: "Where requests of a -flto compilation are lowered: `link` (the linker loads the plugin) or `compile`",
        set: |schedule, value| {
            schedule.lowers_before_link = value == "compile";
            matches!(value, "compile" | "link")
        },
    },
    ScheduleOption {
        name: "self-test",
        aliases: &[],
        default: "none",
        help: "Makes the lowering pass `panic` or give a `warning`, to see how the host reports it",
        set: |schedule, value| {
            schedule.self_test = match value {
                "none" => SelfTest::None,
                "panic" => SelfTest::Panic,
                "warning" => SelfTest::Warning,
                _ => return false,
            };
            true
        },
    },
];

/// The value of a flag; without a value it is set.
fn flag(value: &str) -> Option<bool> {
    match value {
        "" | "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// Everything that is set.
#[derive(Default)]
pub struct Settings {
    /// What the engine is told.
    pub engine: engine::Options,
    /// What the plugin obeys.
    pub schedule: Schedule,
}

/// An option that is not as it should be.
#[derive(Debug, Error)]
pub enum Error {
    /// The value is none of those that the option takes.
    #[error("option `{name}` does not take `{value}`. {help}. The default is `{default}`")]
    Value {
        /// As it was written.
        name: String,
        /// As it was written.
        value: String,
        /// What the option does.
        help: &'static str,
        /// What it is when it is not given.
        default: &'static str,
    },
    /// The engine refuses the option.
    #[error(transparent)]
    Engine(#[from] engine::OptionError),
}

impl Settings {
    /// Sets the option with this name, which may have dashes and `rs-enzyme-` in front.
    fn set(&mut self, written: &str, value: &str) -> Result<(), Error> {
        let full = written.trim_start_matches('-');
        let name = full.strip_prefix(PREFIX).unwrap_or(full);
        if let Some(option) = SCHEDULE
            .iter()
            .find(|option| option.name == name || option.aliases.contains(&name))
        {
            if (option.set)(&mut self.schedule, value) {
                return Ok(());
            }
            let (name, value) = (written.to_owned(), value.to_owned());
            return Err(Error::Value {
                name,
                value,
                help: option.help,
                default: option.default,
            });
        }
        Ok(self.engine.set(written, value)?)
    }
}

/// What one source has set so far, in its order. Behind a lock because rustc compiles on several threads.
type Noted = Mutex<Vec<(String, String)>>;

/// From the host's command line.
static COMMAND_LINE: Noted = Mutex::new(Vec::new());
/// From rustc's `-Zautodiff=...`.
static RUSTC: Noted = Mutex::new(Vec::new());

/// Remembers an option of the host's command line.
pub fn note_command_line(name: &str, value: &str) {
    note(&COMMAND_LINE, name, value);
}

/// Remembers an option that rustc sets.
pub fn note_rustc(name: &str, value: &str) {
    note(&RUSTC, name, value);
}

/// Whether rustc has this library as the backend of `std::autodiff`: then it asks for the pass `enzyme` itself, where it wants it.
pub fn is_backend_of_rustc() -> bool {
    // It always sets some.
    !RUSTC.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
}

fn note(noted: &Noted, name: &str, value: &str) {
    // The list is whole even if a thread panicked while holding the lock.
    let mut options = noted.lock().unwrap_or_else(PoisonError::into_inner);
    options.retain(|(known, _)| known != name);
    options.push((name.to_owned(), value.to_owned()));
}

impl Settings {
    fn take(&mut self, noted: &Noted) -> Vec<Error> {
        let options = noted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let errors = options
            .iter()
            .filter_map(|(name, value)| self.set(name, value).err());
        errors.collect()
    }
}

/// All options as they are set now, and every one that is wrong.
pub fn gather() -> (Settings, Vec<Error>) {
    let mut settings = Settings::default();
    let mut errors = settings.take(&RUSTC);
    let variable = std::env::var(VARIABLE).unwrap_or_default();
    let from_variable = variable
        .split([',', ' '])
        .filter(|word| !word.is_empty())
        .map(|word| word.split_once('=').unwrap_or((word, "")));
    errors.extend(from_variable.filter_map(|(name, value)| settings.set(name, value).err()));
    errors.extend(settings.take(&COMMAND_LINE));
    (settings, errors)
}

/// Offers all options to the host's command line parser. To be called once.
pub fn register() {
    let of_schedule = SCHEDULE
        .iter()
        .map(|it| (it.name, it.aliases, it.help, flag(it.default).is_some()));
    let of_engine = engine::Options::all()
        .iter()
        .map(|it| (it.name, it.aliases, it.help, it.is_switch));
    for (name, aliases, help, is_switch) in of_schedule.chain(of_engine) {
        add(&format!("{PREFIX}{name}"), help, is_switch);
        for alias in aliases {
            add(alias, help, is_switch);
        }
        // Enzyme has these without a prefix.
        if name.starts_with("type-analysis-") || name.starts_with("activity-analysis-") {
            add(name, help, is_switch);
        }
    }
}

fn add(name: &str, help: &str, is_flag: bool) {
    // Names and help are literals without NUL.
    let (Ok(name), Ok(help)) = (CString::new(name), CString::new(help)) else {
        return;
    };
    // SAFETY: the host's parser keeps both texts until the process ends; they are never freed.
    unsafe { glue::rsenzyme_glue_add_option(name.into_raw(), help.into_raw(), is_flag) }
}
