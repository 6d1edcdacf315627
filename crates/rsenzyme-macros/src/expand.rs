//! The function that is added: it packs its arguments and asks for the derivative of a closure that unpacks them and calls the original.
//!
//! The closure gives the original's types to the adapter in `rsenzyme-rs` without naming them, so that generics, `Self` and lifetimes
//! need no treatment of their own.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{
    Error, FnArg, GenericParam, ImplItemFn, Pat, Receiver, ReceiverKind, Result, Safety, Signature, Type,
    parse_quote,
};

use crate::activity::{Activities, Activity, Mode, Spec, returns};

/// An argument of the function and what is made of it.
struct Argument {
    /// Its name in the added function: `self`, or an identifier.
    name: TokenStream,
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
pub(crate) fn derivative(mode: Mode, spec: &Spec, function: &ImplItemFn) -> Result<TokenStream> {
    let signature = &function.sig;
    if let Some(token) = &signature.asyncness {
        return Err(Error::new_spanned(token, "an async function has no derivative"));
    }
    if let Some(token) = &signature.variadic {
        return Err(Error::new_spanned(token, "a variadic function has no derivative"));
    }
    let activities = spec.activities(mode, signature)?;
    let arguments = arguments(mode, spec, signature, &activities)?;
    let parts = Parts {
        mode,
        spec,
        signature,
        result: activities.result,
        arguments,
    };
    Ok(parts.function(function))
}

fn arguments(
    mode: Mode,
    spec: &Spec,
    signature: &Signature,
    activities: &Activities,
) -> Result<Vec<Argument>> {
    let inputs = signature.inputs.iter().zip(&activities.arguments).enumerate();
    inputs
        .map(|(index, (input, &activity))| {
            let (name, stem, declaration, ty) = match input {
                FnArg::Receiver(receiver) => {
                    let (declaration, ty) = self_argument(receiver)?;
                    (quote!(self), "self".to_owned(), declaration, ty)
                }
                FnArg::Typed(typed) => {
                    let name = match &*typed.pat {
                        Pat::Ident(pattern) if pattern.subpat.is_none() => pattern.ident.clone(),
                        _ => Ident::new(&format!("argument_{index}"), Span::mixed_site()),
                    };
                    let ty = (*typed.ty).clone();
                    (quote!(#name), name.to_string(), quote!(#name: #ty), ty)
                }
            };
            check_type(mode, activity, &ty)?;
            let stem = stem.trim_start_matches("r#");
            let shadows = match (activity, spec.width) {
                (Activity::Const | Activity::Active, _) => Vec::new(),
                (Activity::Dualv | Activity::DualvOnly, _) | (_, 1) => vec![format_ident!("d_{stem}")],
                (_, width) => (0..width).map(|lane| format_ident!("d_{stem}_{lane}")).collect(),
            };
            Ok(Argument {
                name,
                inner: Ident::new(&format!("inner_{index}"), Span::mixed_site()),
                declaration,
                ty,
                activity,
                shadows,
            })
        })
        .collect()
}

/// `self` as it is declared, and its type.
fn self_argument(receiver: &Receiver) -> Result<(TokenStream, Type)> {
    match &receiver.kind {
        ReceiverKind::Value => Ok((quote!(self), parse_quote!(Self))),
        ReceiverKind::Reference(and, lifetime, mutable) => Ok((
            quote!(#and #lifetime #mutable self),
            parse_quote!(#and #lifetime #mutable Self),
        )),
        ReceiverKind::Typed(_, ty) => Ok((quote!(self: #ty), (**ty).clone())),
        _ => Err(Error::new_spanned(
            receiver,
            "this form of `self` is not supported",
        )),
    }
}

/// Refuses activities that cannot be right for a type, as far as the type's text shows.
fn check_type(mode: Mode, activity: Activity, ty: &Type) -> Result<()> {
    let indirect = matches!(ty, Type::Reference(_) | Type::Ptr(_));
    if activity == Activity::Active && indirect {
        return Err(Error::new_spanned(
            ty,
            "`Active` is for values; what is behind a reference or pointer is `Duplicated`",
        ));
    }
    let is_float = matches!(ty, Type::Path(path) if path.path.is_ident("f64") || path.path.is_ident("f32"));
    if activity.is_packed() && !is_slice(ty) {
        return Err(Error::new_spanned(
            ty,
            "`Dualv` is for slices, `&[T]` and `&mut [T]`: one slice holds the shadows of all directions, one behind the other",
        ));
    }
    if mode == Mode::Reverse
        && is_float
        && matches!(activity, Activity::Duplicated | Activity::DuplicatedOnly)
    {
        return Err(Error::new_spanned(
            ty,
            "a float by value is `Active` or `Const` in reverse mode",
        ));
    }
    Ok(())
}

struct Parts<'a> {
    mode: Mode,
    spec: &'a Spec,
    signature: &'a Signature,
    result: Option<Activity>,
    arguments: Vec<Argument>,
}

/// A list of expressions or patterns, packed.
fn pack(items: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    items.rfold(
        quote!(()),
        |rest, item| quote!(::rsenzyme_rs::__private::Pack(#item, #rest)),
    )
}

/// The same as patterns for what the closure gets.
fn items(names: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    names.rfold(quote!(()), |rest, name| quote!((#name, #rest)))
}

impl Parts<'_> {
    fn is_active(argument: &&Argument) -> bool {
        argument.activity != Activity::Const
    }

    fn function(&self, original: &ImplItemFn) -> TokenStream {
        let visibility = &original.vis;
        let name = &self.spec.name;
        let generics = &self.signature.generics;
        let conditions = &generics.where_clause;
        let cfgs = original.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
        let only = self.arguments.iter().any(|argument| argument.activity.is_only());
        let unsafety = (self.is_unsafe() || only).then(|| quote!(unsafe));
        let (parameters, output, checks, body) =
            (self.parameters(), self.output(), self.checks(), self.body());
        let doc = format!("The derivative of [`{0}`]({0}).", self.signature.ident);
        quote! {
            #(#cfgs)*
            #[doc = #doc]
            #[allow(clippy::too_many_arguments, clippy::needless_pass_by_ref_mut, clippy::type_complexity)]
            #[track_caller]
            #visibility #unsafety fn #name #generics (#(#parameters),*) -> #output #conditions {
                #(#checks)*
                #body
            }
        }
    }

    fn is_unsafe(&self) -> bool {
        matches!(self.signature.safety, Safety::Unsafe(_))
    }

    fn parameters(&self) -> Vec<TokenStream> {
        let mut parameters = Vec::new();
        for argument in &self.arguments {
            parameters.push(argument.declaration.clone());
            let ty = self.shadow_type(&argument.ty);
            parameters.extend(argument.shadows.iter().map(|shadow| quote!(#shadow: #ty)));
        }
        if self.takes_seed() {
            let (seed, ty) = (self.seed(), self.of_each_direction(&self.result_type()));
            parameters.push(quote!(#seed: #ty));
        }
        parameters
    }

    /// In reverse mode derivatives are added to shadows, so that they are mutable.
    fn shadow_type(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        if self.mode == Mode::Reverse {
            match &mut ty {
                Type::Reference(reference) => reference.mutability = Some(Default::default()),
                Type::Ptr(pointer) => {
                    let element = &pointer.elem;
                    return parse_quote!(*mut #element);
                }
                _ => {}
            }
        }
        ty
    }

    fn takes_seed(&self) -> bool {
        matches!(self.result, Some(Activity::Active | Activity::ActiveOnly))
    }

    /// A type, or with a width an array of as many.
    fn of_each_direction(&self, ty: &TokenStream) -> TokenStream {
        match self.spec.width {
            1 => ty.clone(),
            width => quote!([#ty; #width]),
        }
    }

    fn seed(&self) -> Ident {
        Ident::new("seed", Span::mixed_site())
    }

    fn result_type(&self) -> TokenStream {
        match &self.signature.output {
            syn::ReturnType::Type(_, ty) if returns(self.signature) => quote!(#ty),
            _ => quote!(()),
        }
    }

    fn output(&self) -> TokenStream {
        let ty = self.result_type();
        if self.mode == Mode::Reverse {
            let value = self.returns_value().then(|| ty.clone());
            let adjoints = self.by_value().map(|argument| {
                let ty = &argument.ty;
                self.of_each_direction(&quote!(#ty))
            });
            return tuple(value.into_iter().chain(adjoints).collect());
        }
        let width = self.spec.width;
        let with_value = width + 1;
        match (self.result, width) {
            (Some(Activity::Dual), 1) => quote!((#ty, #ty)),
            (Some(Activity::Dual), _) => quote!([#ty; #with_value]),
            (Some(Activity::DualOnly), 2..) => quote!([#ty; #width]),
            _ => ty,
        }
    }

    fn returns_value(&self) -> bool {
        matches!(self.result, Some(Activity::Active | Activity::Const))
    }

    /// The arguments whose adjoints are returned.
    fn by_value(&self) -> impl Iterator<Item = &Argument> {
        self.arguments
            .iter()
            .filter(|argument| argument.activity == Activity::Active)
    }

    /// Slices and vectors must be as long as their shadows, or the derivative would leave the shadow's memory.
    fn checks(&self) -> Vec<TokenStream> {
        let sized = self.arguments.iter().filter(|argument| has_length(&argument.ty));
        sized
            .flat_map(|argument| {
                let (name, text) = (&argument.name, argument.name.to_string());
                let width = match argument.activity.is_packed() {
                    true => self.spec.width,
                    false => 1,
                };
                argument.shadows.iter().map(move |shadow| {
                    quote!(::rsenzyme_rs::__private::same_length(#text, #width * #name.len(), #shadow.len());)
                })
            })
            .collect()
    }

    /// The call of the original with the closure's variables.
    fn closure(&self) -> TokenStream {
        let active = items(self.arguments.iter().filter(Self::is_active).map(|argument| {
            let inner = &argument.inner;
            quote!(#inner)
        }));
        let constant = items(
            self.arguments
                .iter()
                .filter(|it| !Self::is_active(it))
                .map(|argument| {
                    let inner = &argument.inner;
                    quote!(#inner)
                }),
        );
        let original = &self.signature.ident;
        let generics = self.turbofish();
        let inner = self.arguments.iter().map(|argument| &argument.inner);
        let is_method = matches!(self.signature.inputs.first(), Some(FnArg::Receiver(_)));
        let path = if is_method || self.spec.associated || mentions_self(self.signature) {
            quote!(Self::#original)
        } else {
            quote!(#original)
        };
        let call = quote!(#path #generics (#(#inner),*));
        let call = if self.is_unsafe() {
            // The added function is unsafe too: whoever calls it makes the original's promises.
            quote!(unsafe { #call })
        } else {
            call
        };
        quote!(|#active, #constant| #call)
    }

    /// The generic arguments of the original, where they can be written.
    fn turbofish(&self) -> Option<TokenStream> {
        let generics = &self.signature.generics.params;
        let names: Vec<_> = generics
            .iter()
            .filter_map(|parameter| match parameter {
                GenericParam::Type(parameter) => Some(&parameter.ident),
                GenericParam::Const(parameter) => Some(&parameter.ident),
                GenericParam::Lifetime(_) => None,
            })
            .collect();
        let elided = self
            .arguments
            .iter()
            .any(|argument| matches!(&argument.ty, Type::ImplTrait(_)));
        (!names.is_empty() && !elided).then(|| quote!(::<#(#names),*>))
    }

    fn body(&self) -> TokenStream {
        let closure = self.closure();
        let active = pack(
            self.arguments
                .iter()
                .filter(Self::is_active)
                .map(|argument| argument.name.clone()),
        );
        let constant = pack(
            self.arguments
                .iter()
                .filter(|it| !Self::is_active(it))
                .map(|argument| argument.name.clone()),
        );
        match self.mode {
            Mode::Forward => self.forward(&closure, &active, &constant),
            Mode::Reverse => self.reverse(&closure, &active, &constant),
        }
    }

    /// The shadows of each direction, as a list of packs.
    fn shadows(&self) -> TokenStream {
        let lane = |lane: usize| {
            let active = self.arguments.iter().filter(Self::is_active);
            pack(active.map(move |argument| match (argument.activity, argument.shadows.as_slice()) {
                (Activity::Active, _) | (_, []) => {
                    let ty = &argument.ty;
                    quote!(::rsenzyme_rs::__private::zero::<#ty>())
                }
                (activity, [shadow]) if activity.is_packed() => {
                    let (width, reference) = (self.spec.width, is_mutable(&argument.ty));
                    let part = match reference {
                        true => quote!(lane_mut),
                        false => quote!(lane),
                    };
                    // SAFETY: of the expansion: each direction takes a part of its own.
                    quote!(unsafe { ::rsenzyme_rs::__private::#part::<_, #width>(&raw const *#shadow, #lane) })
                }
                (_, shadows) => {
                    let shadow = &shadows[lane];
                    quote!(#shadow)
                }
            }))
        };
        let lanes = (0..self.spec.width).map(lane);
        quote!([#(#lanes),*])
    }

    fn forward(&self, closure: &TokenStream, active: &TokenStream, constant: &TokenStream) -> TokenStream {
        let inactive = !matches!(self.result, Some(Activity::Dual | Activity::DualOnly));
        let entry = match inactive {
            false => quote!(forward),
            true => quote!(forward_inactive),
        };
        let shadows = self.shadows();
        let call = quote! {
            // SAFETY: shadows have the types of their arguments and, as the caller of this function ensures, their shape.
            unsafe { ::rsenzyme_rs::__private::#entry(#closure, #active, #shadows, #constant) }
        };
        let names: Vec<_> = (0..self.spec.width)
            .map(|lane| Ident::new(&format!("tangent_{lane}"), Span::mixed_site()))
            .collect();
        match (self.result, self.spec.width) {
            (Some(Activity::DualOnly), 1) => quote!({ let [tangent] = #call.1; tangent }),
            (Some(Activity::DualOnly), _) => quote!(#call.1),
            (Some(Activity::Dual), 1) => quote!({ let (value, [tangent]) = #call; (value, tangent) }),
            (Some(Activity::Dual), _) => quote!({ let (value, [#(#names),*]) = #call; [value, #(#names),*] }),
            _ => call,
        }
    }

    fn reverse(&self, closure: &TokenStream, active: &TokenStream, constant: &TokenStream) -> TokenStream {
        let name = |argument: &Argument, lane: usize| {
            Ident::new(&format!("{}_{lane}", argument.inner), Span::mixed_site())
        };
        let lane = |lane: usize| {
            let active = self.arguments.iter().filter(Self::is_active);
            pack(active.map(move |argument| match argument.activity {
                Activity::Active => {
                    let name = name(argument, lane);
                    quote!(#name)
                }
                _ => quote!(_),
            }))
        };
        let adjoints = (0..self.spec.width).map(lane);
        let seed = self.seed();
        let (entry, seed) = match (self.takes_seed(), self.spec.width) {
            (true, 1) => (quote!(reverse), quote!(, [#seed])),
            (true, _) => (quote!(reverse), quote!(, #seed)),
            (false, _) => (quote!(reverse_inactive), quote!()),
        };
        let value = Ident::new("value", Span::mixed_site());
        let results = self.returns_value().then(|| quote!(#value)).into_iter();
        let results = results.chain(self.by_value().map(|argument| {
            let names = (0..self.spec.width).map(|lane| name(argument, lane));
            match self.spec.width {
                1 => quote!(#(#names)*),
                _ => quote!([#(#names),*]),
            }
        }));
        let results = tuple(results.collect());
        let value = if self.returns_value() {
            quote!(#value)
        } else {
            quote!(_)
        };
        let shadows = self.shadows();
        quote! {
            // SAFETY: shadows have the types of their arguments and, as the caller of this function ensures, their shape.
            let (#value, [#(#adjoints),*]) = unsafe {
                ::rsenzyme_rs::__private::#entry(#closure, #active, #shadows, #constant #seed)
            };
            #results
        }
    }
}

/// Several things as a tuple, one by itself.
fn tuple(items: Vec<TokenStream>) -> TokenStream {
    match items.as_slice() {
        [item] => item.clone(),
        items => quote!((#(#items),*)),
    }
}

/// Whether a type is a reference to a slice.
fn is_slice(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if matches!(&*reference.elem, Type::Slice(_)))
}

/// Whether a type is a mutable reference.
fn is_mutable(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if reference.mutability.is_some())
}

/// Whether a signature names `Self`, so that the function is in an `impl` or a trait.
fn mentions_self(signature: &Signature) -> bool {
    fn within(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(name) => name == "Self",
            TokenTree::Group(group) => within(group.stream()),
            _ => false,
        })
    }
    within(quote!(#signature))
}

/// Whether a type is a reference to a slice or a vector, as far as its text shows.
fn has_length(ty: &Type) -> bool {
    let Type::Reference(reference) = ty else {
        return false;
    };
    match &*reference.elem {
        Type::Slice(_) => true,
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Vec"),
        _ => false,
    }
}
