//! Tokens without a library: parsing and quoting with one would be most of what a small program's first build takes.
//!
//! [`quote!`] makes tokens from Rust text in which `$name` stands for tokens of that name. What the text itself names is resolved where the
//! attribute stands, but variables that it declares are its own (`Span::mixed_site`).

use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// What may stand for a `$name`.
pub(crate) trait Tokens {
    /// The tokens.
    fn tokens(&self) -> TokenStream;
}

impl Tokens for TokenStream {
    fn tokens(&self) -> TokenStream {
        self.clone()
    }
}

impl Tokens for Ident {
    fn tokens(&self) -> TokenStream {
        TokenTree::from(self.clone()).into()
    }
}

impl Tokens for usize {
    fn tokens(&self) -> TokenStream {
        TokenTree::from(Literal::usize_unsuffixed(*self)).into()
    }
}

/// A string.
impl Tokens for String {
    fn tokens(&self) -> TokenStream {
        TokenTree::from(Literal::string(self)).into()
    }
}

impl<T: Tokens> Tokens for Option<T> {
    fn tokens(&self) -> TokenStream {
        self.iter().map(Tokens::tokens).collect()
    }
}

impl<T: Tokens> Tokens for Vec<T> {
    fn tokens(&self) -> TokenStream {
        self.iter().map(Tokens::tokens).collect()
    }
}

impl Tokens for [TokenTree] {
    fn tokens(&self) -> TokenStream {
        self.iter().cloned().collect()
    }
}

/// Tokens of a text, as the module says: `quote!("f($x)", x)`.
macro_rules! quote {
    ($text:literal $(, $name:ident)* $(,)?) => {{
        #[allow(unused_imports, reason = "a text without names")]
        use $crate::tokens::Tokens as _;
        $crate::tokens::fill($text, &[$((stringify!($name), $name.tokens())),*])
    }};
}
pub(crate) use quote;

/// The tokens of a text with others in the place of its `$name`. A text that is not Rust is a mistake of this crate's, which shows as the
/// error of a macro that does not exist.
pub(crate) fn fill(text: &str, parts: &[(&str, TokenStream)]) -> TokenStream {
    match text.parse::<TokenStream>() {
        Ok(stream) => replace(stream, parts),
        Err(_) => error(Span::call_site(), "internal error in rsenzyme-macros"),
    }
}

fn replace(stream: TokenStream, parts: &[(&str, TokenStream)]) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = stream.into_iter();
    while let Some(mut token) = tokens.next() {
        match token {
            TokenTree::Punct(ref mark) if mark.as_char() == '$' => {
                let name = tokens.next().map(|token| token.to_string());
                let part = parts.iter().find(|(known, _)| Some(*known) == name.as_deref());
                out.extend(part.map(|(_, tokens)| tokens.clone()));
                continue;
            }
            TokenTree::Group(group) => {
                token = Group::new(group.delimiter(), replace(group.stream(), parts)).into();
            }
            _ => {}
        }
        token.set_span(Span::mixed_site());
        out.extend([token]);
    }
    out
}

/// Things separated by commas.
pub(crate) fn list(items: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let mut out = TokenStream::new();
    for item in items {
        out.extend(item);
        out.extend([TokenTree::from(Punct::new(',', Spacing::Alone))]);
    }
    out
}

/// A message to the user, and the place that it is about.
pub(crate) struct Error {
    span: Span,
    message: String,
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// About a place.
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { span, message }
    }

    /// As an item that makes the compiler show it.
    pub(crate) fn into_item(self) -> TokenStream {
        error(self.span, &self.message)
    }
}

fn error(span: Span, message: &str) -> TokenStream {
    let text: TokenStream = TokenTree::from(Literal::string(message)).into();
    let tokens: [TokenTree; 3] = [
        Ident::new("compile_error", span).into(),
        Punct::new('!', Spacing::Alone).into(),
        Group::new(Delimiter::Brace, text).into(),
    ];
    let place = |mut token: TokenTree| {
        token.set_span(span);
        token
    };
    tokens.into_iter().map(place).collect()
}
