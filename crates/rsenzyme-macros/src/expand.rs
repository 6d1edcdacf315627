//! The function that is added: it packs its arguments and asks for the derivative of a closure that unpacks them and calls the original.
//!
//! The closure gives the original's types to the adapter in `rsenzyme-rs` without naming them, so that generics, `Self` and lifetimes
//! need no treatment of their own.

use proc_macro::{Ident, Span, TokenStream};

use crate::activity::{Activities, Activity, Mode, Spec};
use crate::parse::{Function, Input};
use crate::tokens::{Error, Result, Tokens, list, quote};
use crate::ty::Type;

/// An argument of the function and what is made of it.
struct Argument {
    /// Its name in the added function: `self`, or an identifier.
    name: Ident,
    /// Its name in the closure.
    inner: Ident,
    /// Its declaration in the added function.
    declaration: TokenStream,
    /// Its type; that of `self` in terms of `Self`.
    ty: Type,
    activity: Activity,
    /// The names of its shadows: parameters of the added function, or for `Active` none.
    shadows: Vec<Ident>,
}

/// The function to add.
pub(crate) fn derivative(mode: Mode, spec: &Spec, function: &Function) -> Result<TokenStream> {
    let activities = spec.activities(mode, function)?;
    let parts = Parts {
        mode,
        spec,
        original: function,
        result: activities.result,
        arguments: arguments(mode, spec, function, &activities)?,
    };
    Ok(parts.function())
}

/// A name that nothing of the user's can mean.
fn own(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn arguments(mode: Mode, spec: &Spec, function: &Function, activities: &Activities) -> Result<Vec<Argument>> {
    let inputs = function.inputs.iter().zip(&activities.arguments).enumerate();
    inputs
        .map(|(index, (input, &activity))| argument(mode, spec, index, input, activity))
        .collect()
}

fn argument(mode: Mode, spec: &Spec, index: usize, input: &Input, activity: Activity) -> Result<Argument> {
    let ty = input.ty.clone();
    check_type(mode, activity, &ty)?;
    let name = match &input.name {
        Some(name) => name.clone(),
        None => own(&format!("argument_{index}")),
    };
    let text = name.to_string();
    let stem = text.trim_start_matches("r#");
    let shadow = |name: String| Ident::new(&name, Span::call_site());
    let shadows = match (activity, spec.width) {
        (Activity::Const | Activity::Active, _) => Vec::new(),
        (Activity::Dualv | Activity::DualvOnly, _) | (_, 1) => vec![shadow(format!("d_{stem}"))],
        (_, width) => (0..width)
            .map(|lane| shadow(format!("d_{stem}_{lane}")))
            .collect(),
    };
    let declaration = match input.is_self {
        true => input.declaration.clone(),
        false => quote!("$name: $ty", name, ty),
    };
    Ok(Argument {
        name,
        inner: own(&format!("inner_{index}")),
        declaration,
        ty,
        activity,
        shadows,
    })
}

/// Refuses activities that cannot be right for a type, as far as the type's text shows.
fn check_type(mode: Mode, activity: Activity, ty: &Type) -> Result<()> {
    let refuse = |message| Err(Error::new(ty.span(), message));
    if activity == Activity::Active && (ty.is_reference() || ty.is_pointer()) {
        return refuse("`Active` is for values; what is behind a reference or pointer is `Duplicated`");
    }
    if activity != Activity::Const && ty.has_code() {
        // A shadow would have to lead to derivatives where the argument leads to functions, and the caller's leads to functions.
        return refuse(
            "what has a trait object or function pointer in it is `Const`: pass the numbers that it uses beside it",
        );
    }
    if activity.is_packed() && !ty.is_slice() {
        return refuse(
            "`Dualv` is for slices, `&[T]` and `&mut [T]`: one slice holds the shadows of all directions, one behind the other",
        );
    }
    if mode == Mode::Reverse
        && ty.is_float()
        && matches!(activity, Activity::Duplicated | Activity::DuplicatedOnly)
    {
        return refuse("a float by value is `Active` or `Const` in reverse mode");
    }
    Ok(())
}

struct Parts<'a> {
    mode: Mode,
    spec: &'a Spec,
    original: &'a Function,
    result: Option<Activity>,
    arguments: Vec<Argument>,
}

/// A list of expressions or patterns, packed.
fn pack(items: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    items.rfold(quote!("()"), |rest, item| {
        quote!("::rsenzyme_rs::__private::Pack($item, $rest)", item, rest)
    })
}

/// The same as patterns for what the closure gets.
fn items<'a>(names: impl DoubleEndedIterator<Item = &'a Argument>) -> TokenStream {
    names.rfold(quote!("()"), |rest, argument| {
        let name = &argument.inner;
        quote!("($name, $rest)", name, rest)
    })
}

impl Parts<'_> {
    fn active(&self) -> impl DoubleEndedIterator<Item = &Argument> {
        self.arguments.iter().filter(|it| it.activity != Activity::Const)
    }

    fn constant(&self) -> impl DoubleEndedIterator<Item = &Argument> {
        self.arguments.iter().filter(|it| it.activity == Activity::Const)
    }

    fn function(&self) -> TokenStream {
        let original = self.original;
        let (cfgs, visibility, generics) = (&original.cfgs, &original.visibility, &original.generics);
        let (name, conditions) = (&self.spec.name, &original.conditions);
        let only = self.arguments.iter().any(|argument| argument.activity.is_only());
        let unsafety = (original.is_unsafe || only).then(|| quote!("unsafe"));
        let (parameters, output) = (list(self.parameters()), self.output());
        let (checks, body) = (self.checks(), self.body());
        let doc = format!("The derivative of [`{0}`]({0}).", original.name);
        quote!(
            "$cfgs
            #[doc = $doc]
            #[allow(clippy::too_many_arguments, clippy::needless_pass_by_ref_mut, clippy::type_complexity)]
            #[track_caller]
            $visibility $unsafety fn $name $generics ($parameters) -> $output $conditions {
                $checks
                $body
            }",
            cfgs,
            doc,
            visibility,
            unsafety,
            name,
            generics,
            parameters,
            output,
            conditions,
            checks,
            body,
        )
    }

    fn parameters(&self) -> Vec<TokenStream> {
        let mut parameters = Vec::new();
        for argument in &self.arguments {
            parameters.push(argument.declaration.clone());
            let ty = self.shadow_type(&argument.ty);
            let shadows = argument.shadows.iter();
            parameters.extend(shadows.map(|shadow| quote!("$shadow: $ty", shadow, ty)));
        }
        if self.takes_seed() {
            let (seed, ty) = (own("seed"), self.of_each_direction(&self.result_type()));
            parameters.push(quote!("$seed: $ty", seed, ty));
        }
        parameters
    }

    /// In reverse mode derivatives are added to shadows, so that they are mutable.
    fn shadow_type(&self, ty: &Type) -> TokenStream {
        match self.mode {
            Mode::Reverse => ty.made_mutable(),
            Mode::Forward => ty.tokens(),
        }
    }

    fn takes_seed(&self) -> bool {
        matches!(self.result, Some(Activity::Active | Activity::ActiveOnly))
    }

    /// A type, or with a width an array of as many.
    fn of_each_direction(&self, ty: &TokenStream) -> TokenStream {
        match self.spec.width {
            1 => ty.clone(),
            width => quote!("[$ty; $width]", ty, width),
        }
    }

    fn result_type(&self) -> TokenStream {
        match &self.original.output {
            Some(ty) => ty.tokens(),
            None => quote!("()"),
        }
    }

    fn output(&self) -> TokenStream {
        let ty = self.result_type();
        if self.mode == Mode::Reverse {
            let value = self.returns_value().then(|| ty.clone());
            let adjoints = self.by_value();
            let adjoints = adjoints.map(|argument| self.of_each_direction(&argument.ty.tokens()));
            return tuple(value.into_iter().chain(adjoints).collect());
        }
        let width = self.spec.width;
        let with_value = width + 1;
        match (self.result, width) {
            (Some(Activity::Dual), 1) => quote!("($ty, $ty)", ty),
            (Some(Activity::Dual), _) => quote!("[$ty; $with_value]", ty, with_value),
            (Some(Activity::DualOnly), 2..) => quote!("[$ty; $width]", ty, width),
            _ => ty,
        }
    }

    fn returns_value(&self) -> bool {
        matches!(self.result, Some(Activity::Active | Activity::Const))
    }

    /// The arguments whose adjoints are returned.
    fn by_value(&self) -> impl Iterator<Item = &Argument> {
        let arguments = self.arguments.iter();
        arguments.filter(|argument| argument.activity == Activity::Active)
    }

    /// Slices and vectors must be as long as their shadows, or the derivative would leave the shadow's memory.
    fn checks(&self) -> TokenStream {
        let mut checks = Vec::new();
        for argument in self.arguments.iter().filter(|it| it.ty.has_length()) {
            let (name, text) = (&argument.name, argument.name.to_string());
            let width = match argument.activity.is_packed() {
                true => self.spec.width,
                false => 1,
            };
            checks.extend(argument.shadows.iter().map(|shadow| {
                quote!(
                    "::rsenzyme_rs::__private::same_length($text, $width * $name.len(), $shadow.len());",
                    text,
                    width,
                    name,
                    shadow,
                )
            }));
        }
        checks.tokens()
    }

    /// The call of the original with the closure's variables.
    fn closure(&self) -> TokenStream {
        let (active, constant) = (items(self.active()), items(self.constant()));
        let (name, generics) = (&self.original.name, self.turbofish());
        let inner = list(self.arguments.iter().map(|argument| argument.inner.tokens()));
        let is_method = self.original.inputs.first().is_some_and(|first| first.is_self);
        let path = match is_method || self.spec.associated || self.original.mentions_self {
            true => quote!("Self::$name", name),
            false => name.tokens(),
        };
        let call = quote!("$path $generics ($inner)", path, generics, inner);
        let call = match self.original.is_unsafe {
            // The added function is unsafe too: whoever calls it makes the original's promises.
            true => quote!("unsafe { $call }", call),
            false => call,
        };
        quote!("|$active, $constant| $call", active, constant, call)
    }

    /// The generic arguments of the original, where they can be written.
    fn turbofish(&self) -> Option<TokenStream> {
        let names = &self.original.parameters;
        let elided = self.arguments.iter().any(|argument| argument.ty.is_impl_trait());
        let names = (!names.is_empty() && !elided).then(|| list(names.iter().map(Tokens::tokens)))?;
        Some(quote!("::<$names>", names))
    }

    fn body(&self) -> TokenStream {
        let closure = self.closure();
        let active = pack(self.active().map(|argument| argument.name.tokens()));
        let constant = pack(self.constant().map(|argument| argument.name.tokens()));
        match self.mode {
            Mode::Forward => self.forward(&closure, &active, &constant),
            Mode::Reverse => self.reverse(&closure, &active, &constant),
        }
    }

    /// The shadows of each direction, as a list of packs.
    fn shadows(&self) -> TokenStream {
        let shadow = |argument: &Argument, lane: usize| match (argument.activity, argument.shadows.as_slice())
        {
            (Activity::Active, _) | (_, []) => {
                let ty = &argument.ty;
                quote!("::rsenzyme_rs::__private::zero::<$ty>()", ty)
            }
            (activity, [shadow]) if activity.is_packed() => {
                let width = self.spec.width;
                let part = match argument.ty.is_mutable_reference() {
                    true => quote!("lane_mut"),
                    false => quote!("lane"),
                };
                // SAFETY: of the expansion: each direction takes a part of its own.
                quote!(
                    "unsafe { ::rsenzyme_rs::__private::$part::<_, $width>(&raw const *$shadow, $lane) }",
                    part,
                    width,
                    shadow,
                    lane,
                )
            }
            (_, shadows) => shadows[lane].tokens(),
        };
        let lanes =
            (0..self.spec.width).map(|lane| pack(self.active().map(|argument| shadow(argument, lane))));
        let lanes = list(lanes);
        quote!("[$lanes]", lanes)
    }

    fn forward(&self, closure: &TokenStream, active: &TokenStream, constant: &TokenStream) -> TokenStream {
        let entry = match matches!(self.result, Some(Activity::Dual | Activity::DualOnly)) {
            true => quote!("forward"),
            false => quote!("forward_inactive"),
        };
        let shadows = self.shadows();
        // SAFETY: of the expansion: shadows have the types of their arguments and, as the caller of the function ensures, their shape.
        let call = quote!(
            "unsafe { ::rsenzyme_rs::__private::$entry($closure, $active, $shadows, $constant) }",
            entry,
            closure,
            active,
            shadows,
            constant,
        );
        let names = list((0..self.spec.width).map(|lane| own(&format!("tangent_{lane}")).tokens()));
        match (self.result, self.spec.width) {
            (Some(Activity::DualOnly), 1) => quote!("{ let [tangent] = $call.1; tangent }", call),
            (Some(Activity::DualOnly), _) => quote!("$call.1", call),
            (Some(Activity::Dual), 1) => {
                quote!("{ let (value, [tangent]) = $call; (value, tangent) }", call)
            }
            (Some(Activity::Dual), _) => {
                quote!("{ let (value, [$names]) = $call; [value, $names] }", names, call)
            }
            _ => call,
        }
    }

    fn reverse(&self, closure: &TokenStream, active: &TokenStream, constant: &TokenStream) -> TokenStream {
        let name = |argument: &Argument, lane: usize| own(&format!("{}_{lane}", argument.inner)).tokens();
        let lane = |lane: usize| {
            pack(self.active().map(|argument| match argument.activity {
                Activity::Active => name(argument, lane),
                _ => quote!("_"),
            }))
        };
        let adjoints = list((0..self.spec.width).map(lane));
        let (entry, seed) = match (self.takes_seed(), self.spec.width) {
            (true, 1) => (quote!("reverse"), quote!(", [seed]")),
            (true, _) => (quote!("reverse"), quote!(", seed")),
            (false, _) => (quote!("reverse_inactive"), TokenStream::new()),
        };
        let results = self.returns_value().then(|| quote!("value")).into_iter();
        let results = results.chain(self.by_value().map(|argument| {
            let names = (0..self.spec.width).map(|lane| name(argument, lane));
            match self.spec.width {
                1 => names.collect(),
                _ => {
                    let names = list(names);
                    quote!("[$names]", names)
                }
            }
        }));
        let results = tuple(results.collect());
        let value = match self.returns_value() {
            true => quote!("value"),
            false => quote!("_"),
        };
        let shadows = self.shadows();
        // SAFETY: of the expansion: shadows have the types of their arguments and, as the caller of the function ensures, their shape.
        quote!(
            "let ($value, [$adjoints]) = unsafe {
                ::rsenzyme_rs::__private::$entry($closure, $active, $shadows, $constant $seed)
            };
            $results",
            value,
            adjoints,
            entry,
            closure,
            active,
            shadows,
            constant,
            seed,
            results,
        )
    }
}

/// Several things as a tuple, one by itself.
fn tuple(items: Vec<TokenStream>) -> TokenStream {
    match items.as_slice() {
        [item] => item.clone(),
        _ => {
            let items = list(items);
            quote!("($items)", items)
        }
    }
}
