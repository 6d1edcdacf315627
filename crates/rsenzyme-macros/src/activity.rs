//! What an attribute asks for.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, LitInt, Result, Signature, Token};

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
        let found = known.clone().find(|(spelling, ..)| name == spelling);
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

impl Parse for Spec {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let associated = input.peek(Token![Self]);
        if associated {
            input.parse::<Token![Self]>()?;
            input.parse::<Token![::]>()?;
        }
        let name = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        let width_token: Option<LitInt> = if input.peek(LitInt) {
            let token = input.parse()?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
            Some(token)
        } else {
            None
        };
        let width = match &width_token {
            Some(token) => token.base10_parse()?,
            None => 1,
        };
        if width == 0 {
            return Err(Error::new_spanned(&width_token, "the width is at least 1"));
        }
        let activities = Punctuated::<Ident, Token![,]>::parse_terminated(input)?;
        Ok(Self {
            name,
            associated,
            width,
            activities: activities.into_iter().collect(),
        })
    }
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
    pub(crate) fn activities(&self, mode: Mode, signature: &Signature) -> Result<Activities> {
        let (arguments, results) = (signature.inputs.len(), usize::from(returns(signature)));
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

/// Whether a function returns something.
pub(crate) fn returns(signature: &Signature) -> bool {
    match &signature.output {
        syn::ReturnType::Default => false,
        syn::ReturnType::Type(_, ty) => !matches!(&**ty, syn::Type::Tuple(tuple) if tuple.elems.is_empty()),
    }
}
