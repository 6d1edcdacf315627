//! Questions about a type, as far as its text shows.

use proc_macro::{Delimiter, Span, TokenStream, TokenTree};

use crate::parse::is_sign;
use crate::tokens::{Tokens, quote};

/// A type as it is written.
#[derive(Clone)]
pub(crate) struct Type {
    pub(crate) tokens: Vec<TokenTree>,
}

impl Tokens for Type {
    fn tokens(&self) -> TokenStream {
        self.tokens.as_slice().tokens()
    }
}

impl Type {
    /// Of tokens; those of a macro's `$type` are taken out of their group.
    pub(crate) fn new(tokens: Vec<TokenTree>) -> Self {
        match tokens.as_slice() {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => {
                Self::new(group.stream().into_iter().collect())
            }
            _ => Self { tokens },
        }
    }

    pub(crate) fn span(&self) -> Span {
        self.tokens.first().map_or_else(Span::call_site, TokenTree::span)
    }

    /// Nothing, or `()`.
    pub(crate) fn is_unit(&self) -> bool {
        match self.tokens.as_slice() {
            [] => true,
            [TokenTree::Group(group)] => {
                group.delimiter() == Delimiter::Parenthesis && group.stream().is_empty()
            }
            _ => false,
        }
    }

    fn begins_with(&self, word: &str) -> bool {
        matches!(self.tokens.first(), Some(TokenTree::Ident(first)) if first.to_string() == word)
    }

    pub(crate) fn is_float(&self) -> bool {
        self.tokens.len() == 1 && (self.begins_with("f64") || self.begins_with("f32"))
    }

    pub(crate) fn is_impl_trait(&self) -> bool {
        self.begins_with("impl")
    }

    pub(crate) fn is_reference(&self) -> bool {
        is_sign(self.tokens.first(), '&')
    }

    pub(crate) fn is_pointer(&self) -> bool {
        is_sign(self.tokens.first(), '*')
    }

    /// Whether it mentions a trait object or a function pointer.
    pub(crate) fn has_code(&self) -> bool {
        has_code(&self.tokens)
    }

    /// A reference's sign and lifetime, whether it is mutable, and what it leads to.
    fn reference(&self) -> Option<(&[TokenTree], bool, &[TokenTree])> {
        if !self.is_reference() {
            return None;
        }
        let sign = match is_sign(self.tokens.get(1), '\'') {
            true => 3,
            false => 1,
        };
        let (sign, rest) = self.tokens.split_at_checked(sign)?;
        match rest {
            [TokenTree::Ident(word), rest @ ..] if word.to_string() == "mut" => Some((sign, true, rest)),
            _ => Some((sign, false, rest)),
        }
    }

    pub(crate) fn is_mutable_reference(&self) -> bool {
        self.reference().is_some_and(|(_, mutable, _)| mutable)
    }

    /// What a reference leads to, out of the group of a macro's `$type`.
    fn target(&self) -> Option<Self> {
        let (_, _, target) = self.reference()?;
        Some(Self::new(target.to_vec()))
    }

    /// Whether it is a reference to a slice.
    pub(crate) fn is_slice(&self) -> bool {
        match self.target().as_ref().map(|it| it.tokens.as_slice()) {
            Some([TokenTree::Group(group)]) => {
                group.delimiter() == Delimiter::Bracket
                    && !group.stream().into_iter().any(|token| is_sign(Some(&token), ';'))
            }
            _ => false,
        }
    }

    /// Whether it is a reference to a slice or a vector.
    pub(crate) fn has_length(&self) -> bool {
        let Some(target) = self.target() else {
            return false;
        };
        let path = target
            .tokens
            .iter()
            .take_while(|token| !is_sign(Some(token), '<'));
        let last = path.last();
        self.is_slice() || matches!(last, Some(TokenTree::Ident(name)) if name.to_string() == "Vec")
    }

    /// With a mutable reference or pointer in the place of a shared one.
    pub(crate) fn made_mutable(&self) -> TokenStream {
        if let Some((sign, _, target)) = self.reference() {
            return quote!("$sign mut $target", sign, target);
        }
        match self.tokens.as_slice() {
            [_, _, target @ ..] if self.is_pointer() => quote!("*mut $target", target),
            _ => self.tokens(),
        }
    }
}

/// Whether a trait object or a function pointer is among tokens.
fn has_code(tokens: &[TokenTree]) -> bool {
    tokens.iter().any(|token| match token {
        TokenTree::Ident(word) => ["dyn", "fn"].contains(&word.to_string().as_str()),
        TokenTree::Group(group) => has_code(&group.stream().into_iter().collect::<Vec<_>>()),
        _ => false,
    })
}
