//! The attributes of `rsenzyme-rs`. Use them through that crate: their expansion names it.
//!
//! An attribute leaves the function as it is and adds one beside it, which asks for the derivative (module `expand`). What it was asked for
//! is read in module `activity`. The crate depends on nothing: it is compiled before every program's first derivative.

mod activity;
mod expand;
mod parse;
mod tokens;
mod ty;

use proc_macro::TokenStream;

use activity::{Mode, Spec};

/// Adds a function with the tangent of this one, by forward mode.
///
/// `#[autodiff_forward(name, [width,] activity of each argument, [activity of the result])]`
///
/// | argument | activity | in the generated function |
/// |---|---|---|
/// | any | `Const` | as it is |
/// | any | `Dual`, `DualOnly` | followed by `width` shadows of the same type |
///
/// | result | activity | the generated function returns, for width 1 and for width W |
/// |---|---|---|
/// | floats (`rsenzyme_rs::Plain`) | `Dual` | `(value, tangent)`; `[R; W + 1]` with the value first |
/// | floats | `DualOnly` | the tangent; `[R; W]` |
/// | any | `Const` | the value |
/// | none | | nothing |
///
/// A function with `DualOnly` arguments is unsafe, as in `std::autodiff`; here the primal memory is written all the same.
#[proc_macro_attribute]
pub fn autodiff_forward(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Mode::Forward, arguments, item)
}

/// Adds a function with the gradient of this one, by reverse mode.
///
/// `#[autodiff_reverse(name, activity of each argument, [activity of the result])]`
///
/// | argument | activity | in the generated function |
/// |---|---|---|
/// | any | `Const` | as it is |
/// | floats by value (`rsenzyme_rs::Plain`) | `Active` | as it is; its derivative is returned |
/// | `&T`, `&mut T`, pointers, boxes | `Duplicated`, `DuplicatedOnly` | followed by a mutable shadow to which derivatives are added |
///
/// | result | activity | the generated function |
/// |---|---|---|
/// | floats | `Active` | takes the seed last, returns the value and the derivatives of `Active` arguments |
/// | floats | `ActiveOnly` | takes the seed last, returns the derivatives |
/// | any | `Const` | returns the value and the derivatives |
/// | none | | returns the derivatives |
///
/// Several things are returned as a tuple, one by itself, none as `()`.
#[proc_macro_attribute]
pub fn autodiff_reverse(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Mode::Reverse, arguments, item)
}

fn attribute(mode: Mode, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let derivative = Spec::parse(arguments).and_then(|spec| {
        let function = parse::function(item.clone())?;
        expand::derivative(mode, &spec, &function)
    });
    let mut items = item;
    items.extend(derivative.unwrap_or_else(tokens::Error::into_item));
    items
}
