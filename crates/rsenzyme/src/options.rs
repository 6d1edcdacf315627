//! What a user can set: one plain struct, passed down.
//!
//! Each option is declared once, in the table at the end: its field, type, default, the names of Enzyme's options that mean the same,
//! and its help text. `rs-enzyme-<name>`, `<name>` and the Enzyme names all reach it through [`Options::set`].

/// An option as a host can list it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionInfo {
    /// The name, without the prefix `rs-enzyme-`.
    pub name: &'static str,
    /// Names of Enzyme's options with the same meaning.
    pub aliases: &'static [&'static str],
    /// Whether it is on or off, so that naming it alone turns it on.
    pub is_switch: bool,
    /// The default, as text.
    pub default: &'static str,
    /// What it does.
    pub help: &'static str,
}

/// Why an option was not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// No option has this name.
    #[error("unknown option `{name}`; `rsenzyme options` lists the known ones")]
    Unknown {
        /// The name that was given.
        name: String,
    },
    /// The value does not fit the option.
    #[error("option `{name}` takes {expected}, not `{value}`")]
    BadValue {
        /// The name that was given.
        name: String,
        /// The value that was given.
        value: String,
        /// What the option takes.
        expected: &'static str,
    },
}

/// A type that options can have.
trait OptionValue: Sized {
    const EXPECTED: &'static str;
    const IS_SWITCH: bool;
    /// What its defaults are written as.
    type Literal: Into<Self>;
    fn parse(text: &str) -> Option<Self>;
    fn of(default: Self::Literal) -> Self {
        default.into()
    }
}

impl OptionValue for bool {
    const EXPECTED: &'static str = "0 or 1";
    const IS_SWITCH: bool = true;
    type Literal = bool;
    fn parse(text: &str) -> Option<Self> {
        match text {
            "" | "1" | "true" | "on" => Some(true),
            "0" | "false" | "off" => Some(false),
            _ => None,
        }
    }
}

impl OptionValue for u32 {
    const EXPECTED: &'static str = "a number of at least 0";
    const IS_SWITCH: bool = false;
    type Literal = u32;
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl OptionValue for u64 {
    const EXPECTED: &'static str = "a number of at least 0";
    const IS_SWITCH: bool = false;
    type Literal = u64;
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl OptionValue for String {
    const EXPECTED: &'static str = "a text";
    const IS_SWITCH: bool = false;
    type Literal = &'static str;
    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

macro_rules! options {
    ($($field:ident $name:literal : $ty:ty = $default:literal, [$($alias:literal),*], $help:literal;)*) => {
        /// Everything that a user can set. The field docs are the help texts.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Options {
            $(#[doc = $help] pub $field: $ty,)*
        }

        impl Default for Options {
            fn default() -> Self {
                Self { $($field: <$ty as OptionValue>::of($default),)* }
            }
        }

        impl Options {
            /// All options, in the order of this documentation.
            pub fn all() -> &'static [OptionInfo] {
                &[$(OptionInfo {
                    name: $name,
                    aliases: &[$($alias),*],
                    is_switch: <$ty as OptionValue>::IS_SWITCH,
                    default: stringify!($default),
                    help: $help,
                },)*]
            }

            /// Sets the option with this name to the value that `value` spells; an empty value turns a switch on.
            ///
            /// # Errors
            /// If no option has the name, or the value does not fit.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), OptionError> {
                let key = name.trim_start_matches('-');
                let key = key.strip_prefix("rs-enzyme-").unwrap_or(key);
                match key {
                    $($name $(| $alias)* => {
                        self.$field = <$ty as OptionValue>::parse(value).ok_or_else(|| OptionError::BadValue {
                            name: name.to_owned(),
                            value: value.to_owned(),
                            expected: <$ty as OptionValue>::EXPECTED,
                        })?;
                    })*
                    _ => return Err(OptionError::Unknown { name: name.to_owned() }),
                }
                Ok(())
            }

            /// Sets options from a list such as `fast-math=0,print-type`: what the environment variable `RSENZYME_OPTIONS` holds.
            ///
            /// # Errors
            /// All that are unknown or have a bad value; the others are set.
            pub fn set_list(&mut self, list: &str) -> Result<(), Vec<OptionError>> {
                let mut errors = Vec::new();
                for item in list.split([',', ' ']).filter(|item| !item.is_empty()) {
                    let (name, value) = item.split_once('=').unwrap_or((item, ""));
                    errors.extend(self.set(name, value).err());
                }
                if errors.is_empty() { Ok(()) } else { Err(errors) }
            }
        }
    };
}

options! {
    fast_math "fast-math": bool = true, ["enzyme-fast-math"],
        "Generated float arithmetic may be reassociated and contracted. It never assumes that NaN and infinity do not occur.";
    strong_zero "strong-zero": bool = false, ["enzyme-strong-zero"],
        "A zero derivative times any partial, also an infinite one, is zero.";
    clean_up "clean-up": bool = true, ["enzyme-postopt"],
        "Generated functions are optimized before the pass returns.";
    loose_types "loose-types": bool = false, ["enzyme-loose-types"],
        "Types that cannot be deduced are guessed, with a warning for each guess, instead of being errors.";
    rust_type_rules "rust-type-rules": bool = false, ["enzyme-rust-type"],
        "Memory is untyped but for what rustc says in debug information.";
    runtime_activity "runtime-activity": bool = false, ["enzyme-runtime-activity"],
        "A pointer that is its own shadow carries no derivative, which is asked at run time: the marker enzyme_runtime_activity at every request.";
    strict_aliasing "strict-aliasing": bool = true, ["enzyme-strict-aliasing"],
        "Memory has one type at every time, so a type that is found anywhere holds everywhere.";
    debug_types "debug-types": bool = true, [],
        "What nothing else tells is taken from the types of variables in debug information.";
    max_type_depth "max-type-depth": u32 = 6, ["enzyme-max-type-depth"],
        "How many levels of pointers type analysis follows.";
    max_type_offset "max-type-offset": u32 = 500, ["enzyme-max-type-offset"],
        "The largest byte offset that type analysis tracks in each object.";
    max_int_offset "max-int-offset": u32 = 100, ["enzyme-max-int-offset"],
        "The largest magnitude of integer arguments that type analysis tracks as known.";
    type_function "type-function": String = "", ["type-analysis-func"],
        "The function that pass print-type-analysis begins with.";
    activity_function "activity-function": String = "", ["activity-analysis-func"],
        "The function that pass print-activity-analysis prints.";
    activity_inactive_args "activity-inactive-args": bool = false, ["activity-analysis-inactive-args"],
        "Pass print-activity-analysis takes all parameters for constant.";
    activity_duplicated_ret "activity-duplicated-ret": bool = false, ["activity-analysis-duplicated-ret"],
        "Pass print-activity-analysis takes the result to have a shadow, whatever its type.";
    type_warnings "type-warnings": bool = true, ["enzyme-type-warning"],
        "Type analysis says where it stopped at its limits.";
    globals_default_inactive "globals-default-inactive": bool = false, ["enzyme-globals-default-inactive"],
        "Globals without a marker carry no derivative.";
    unmarked_globals_inactive_loads "unmarked-globals-inactive-loads": bool = true, ["enzyme_nonmarkedglobals_inactiveloads"],
        "Loads from globals without a shadow carry no derivative.";
    empty_functions_inactive "empty-functions-inactive": bool = false, ["enzyme-emptyfn-inactive"],
        "Functions without a body carry no derivative, instead of being errors.";
    inline "inline": bool = false, ["enzyme-inline"],
        "What a function calls is inlined into it before it is differentiated, where that is possible.";
    print "print": bool = false, ["enzyme-print"],
        "Prints every differentiated function and its derivative to standard error.";
    tape_limit "tape-limit": u64 = 0, [],
        "The most bytes that one execution of a function may store on the tape, callees apart; a number of iterations that is not constant counts as 10. 0: no limit.";
    cheap_tape "cheap-tape": u64 = 32, [],
        "The bytes that an iteration of an innermost loop stores at the price of their time; more are up to four times as dear, so that more is computed again. 0: all have one price.";
    print_plan "print-plan": bool = false, [],
        "Prints to standard error what each gradient stores on the tape, and why.";
    plan_function "plan-function": String = "", [],
        "The function of whose gradient pass print-rs-enzyme-plan prints the plan; empty: the plans of all requests.";
    source_folder "source-folder": String = "", [],
        "Where the plans that are printed look for the source files of debug information; empty: they show no text of them.";
    time "time": bool = false, ["enzyme-print-perf"],
        "Prints to standard error the time that each phase of the pass took.";
    print_type "print-type": bool = false, ["enzyme-print-type"],
        "Prints the types that are found for every differentiated function, or for the one that type-function names, to standard output.";
    print_activity "print-activity": bool = false, ["enzyme-print-activity"],
        "Prints what is active in every differentiated function to standard output.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_names_and_enzymes_reach_the_same_option() {
        for name in ["fast-math", "rs-enzyme-fast-math", "--enzyme-fast-math"] {
            let mut options = Options::default();
            assert_eq!(options.set(name, "0"), Ok(()));
            assert!(!options.fast_math, "{name}");
        }
    }

    #[test]
    fn names_are_unique() {
        let mut seen = std::collections::BTreeSet::new();
        for info in Options::all() {
            let mut names: Vec<_> = info.aliases.to_vec();
            names.push(info.name);
            names.dedup();
            for name in names {
                assert!(seen.insert(name), "{name} names two options");
            }
        }
    }

    #[test]
    fn bad_values_are_refused_with_what_is_expected() {
        let mut options = Options::default();
        let error = options.set("max-type-depth", "-1").unwrap_err();
        assert_eq!(
            error.to_string(),
            "option `max-type-depth` takes a number of at least 0, not `-1`"
        );
        let errors = options.set_list("strong-zero,nonsense=1,print=2").unwrap_err();
        assert_eq!((errors.len(), options.strong_zero), (2, true));
    }
}
