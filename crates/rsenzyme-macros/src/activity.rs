//! What an attribute asks for.

use proc_macro::{Ident, TokenStream, TokenTree};

use crate::parse::{Function, Reader};
use crate::tokens::{Error, Result};

/// Which attribute it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Forward,
    Reverse,
}

/// How an argument or a result takes part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activity {
    Const,
    Dual,
    DualOnly,
    Dualv,
    DualvOnly,
    Active,
    ActiveOnly,
    Duplicated,
    DuplicatedOnly,
}

/// The activities, by their names in `std::autodiff`, with the mode that has them.
const ACTIVITIES: [(&str, Activity, Option<Mode>); 9] = [
    ("Const", Activity::Const, None),
    ("Dual", Activity::Dual, Some(Mode::Forward)),
    ("DualOnly", Activity::DualOnly, Some(Mode::Forward)),
    ("Dualv", Activity::Dualv, Some(Mode::Forward)),
    ("DualvOnly", Activity::DualvOnly, Some(Mode::Forward)),
    ("Active", Activity::Active, Some(Mode::Reverse)),
    ("ActiveOnly", Activity::ActiveOnly, Some(Mode::Reverse)),
    ("Duplicated", Activity::Duplicated, Some(Mode::Reverse)),
    ("DuplicatedOnly", Activity::DuplicatedOnly, Some(Mode::Reverse)),
];

impl Activity {
    /// Whether one slice holds the shadows of all directions, one behind the other.
    pub(crate) fn is_packed(self) -> bool {
        matches!(self, Self::Dualv | Self::DualvOnly)
    }

    /// Whether the primal value is not asked for, so that callers must not rely on it.
    pub(crate) fn is_only(self) -> bool {
        matches!(self, Self::DualOnly | Self::DualvOnly | Self::DuplicatedOnly)
    }
}

impl Mode {
    fn of(name: &Ident, mode: Self) -> Result<Activity> {
        let known = ACTIVITIES
            .iter()
            .filter(|(_, _, only)| only.is_none_or(|only| only == mode));
        let names: Vec<_> = known.clone().map(|(name, ..)| *name).collect();
        let found = known.clone().find(|(spelling, ..)| name.to_string() == *spelling);
        found.map(|&(_, activity, _)| activity).ok_or_else(|| {
            let attribute = match mode {
                Self::Forward => "autodiff_forward",
                Self::Reverse => "autodiff_reverse",
            };
            let message = format!("`{name}` is no activity of {attribute}: {}", names.join(", "));
            Error::new(name.span(), message)
        })
    }
}

/// The arguments of an attribute.
pub(crate) struct Spec {
    /// The name of the function to make.
    pub(crate) name: Ident,
    /// Whether the name was written as `Self::name`: the function is in an `impl` or a trait.
    pub(crate) associated: bool,
    /// The number of directions.
    pub(crate) width: usize,
    activities: Vec<Ident>,
}

impl Spec {
    /// Reads `[Self::]name, [width,] activities`.
    pub(crate) fn parse(arguments: TokenStream) -> Result<Self> {
        let mut reader = Reader::new(arguments);
        let associated = reader.word("Self").is_some();
        if associated && !(reader.sign(':') && reader.sign(':')) {
            return Err(Error::new(reader.span(), "expected `::` after `Self`"));
        }
        let name = reader.ident()?;
        comma(&mut reader)?;
        let mut width = 1;
        if let Some(TokenTree::Literal(literal)) = reader.peek() {
            let literal = literal.clone();
            width = number(&literal.to_string())
                .ok_or_else(|| Error::new(literal.span(), "the width is an integer, at least 1"))?;
            reader.next();
            comma(&mut reader)?;
        }
        let mut activities = Vec::new();
        while !reader.is_at_end() {
            activities.push(reader.ident()?);
            comma(&mut reader)?;
        }
        Ok(Self {
            name,
            associated,
            width,
            activities,
        })
    }
}

/// Takes a comma; there is none at the end.
fn comma(reader: &mut Reader) -> Result<()> {
    match reader.sign(',') || reader.is_at_end() {
        true => Ok(()),
        false => Err(Error::new(reader.span(), "expected `,`")),
    }
}

/// A number above zero, as Rust writes it in the decimal system.
fn number(text: &str) -> Option<usize> {
    let digits = text.trim_end_matches("usize").replace('_', "");
    digits.parse().ok().filter(|number| *number > 0)
}

/// The activities of a function's arguments and of its result.
pub(crate) struct Activities {
    /// One for each argument.
    pub(crate) arguments: Vec<Activity>,
    /// That of the result; `None` if there is no result.
    pub(crate) result: Option<Activity>,
}

impl Spec {
    /// The activities for a function, checked against the mode and against what it takes and returns.
    pub(crate) fn activities(&self, mode: Mode, function: &Function) -> Result<Activities> {
        let (arguments, results) = (function.inputs.len(), usize::from(function.output.is_some()));
        if self.activities.len() != arguments + results {
            let message = format!(
                "{} activities for {arguments} arguments{}",
                self.activities.len(),
                if results == 1 {
                    " and a result"
                } else {
                    " and no result"
                }
            );
            return Err(Error::new(self.name.span(), message));
        }
        let mut all = self
            .activities
            .iter()
            .map(|name| Mode::of(name, mode))
            .collect::<Result<Vec<_>>>()?;
        let result = if results == 1 { all.pop() } else { None };
        for (name, activity) in self.activities.iter().zip(&all) {
            if activity.is_packed() && self.width == 1 {
                return Err(Error::new(name.span(), format!("`{name}` is for widths above 1")));
            }
            if *activity == Activity::ActiveOnly {
                return Err(Error::new(name.span(), "`ActiveOnly` is an activity of results"));
            }
        }
        let of_result = match mode {
            Mode::Forward => [Activity::Dual, Activity::DualOnly],
            Mode::Reverse => [Activity::Active, Activity::ActiveOnly],
        };
        if let (Some(activity), Some(name)) = (result, self.activities.last())
            && activity != Activity::Const
            && !of_result.contains(&activity)
        {
            let names = match mode {
                Mode::Forward => "`Dual`, `DualOnly` or `Const` in forward mode",
                Mode::Reverse => "`Active`, `ActiveOnly` or `Const` in reverse mode",
            };
            return Err(Error::new(
                name.span(),
                format!("the result of a function is {names}"),
            ));
        }
        Ok(Activities {
            arguments: all,
            result,
        })
    }
}
