//! Reading a function's signature, as far as the expansion looks into it: names, types, generics. Bodies are not read.

use proc_macro::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};

use crate::tokens::{Error, Result, Tokens as _, quote};
use crate::ty::Type;

/// A function as it is written.
pub(crate) struct Function {
    /// The attributes `#[cfg(...)]`.
    pub(crate) cfgs: TokenStream,
    pub(crate) visibility: TokenStream,
    pub(crate) is_unsafe: bool,
    pub(crate) name: Ident,
    /// The generics in angle brackets, or nothing.
    pub(crate) generics: TokenStream,
    /// The names of type and constant parameters.
    pub(crate) parameters: Vec<Ident>,
    pub(crate) inputs: Vec<Input>,
    /// The type of the result, if it is not `()`.
    pub(crate) output: Option<Type>,
    /// The conditions with `where`, or nothing.
    pub(crate) conditions: TokenStream,
    /// Whether the signature names `Self`, so that the function is in an `impl` or a trait.
    pub(crate) mentions_self: bool,
}

/// An argument.
pub(crate) struct Input {
    /// `self`, or the name if the pattern is one.
    pub(crate) name: Option<Ident>,
    pub(crate) is_self: bool,
    /// As it can be declared in another function, if it is `self`.
    pub(crate) declaration: TokenStream,
    /// That of `self` in terms of `Self`.
    pub(crate) ty: Type,
}

/// Tokens that are read from the front.
pub(crate) struct Reader {
    tokens: Vec<TokenTree>,
    next: usize,
}

impl Reader {
    pub(crate) fn new(stream: TokenStream) -> Self {
        Self {
            tokens: stream.into_iter().collect(),
            next: 0,
        }
    }

    pub(crate) fn peek(&self) -> Option<&TokenTree> {
        self.tokens.get(self.next)
    }

    pub(crate) fn next(&mut self) -> Option<TokenTree> {
        let token = self.peek().cloned();
        self.next += usize::from(token.is_some());
        token
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.peek().is_none()
    }

    /// The place of the next token; at the end, of the last.
    pub(crate) fn span(&self) -> Span {
        let token = self.peek().or(self.tokens.last());
        token.map_or_else(Span::call_site, TokenTree::span)
    }

    /// Takes a word if it comes next.
    pub(crate) fn word(&mut self, word: &str) -> Option<Ident> {
        match self.peek() {
            Some(TokenTree::Ident(ident)) if ident.to_string() == word => {
                let ident = ident.clone();
                self.next += 1;
                Some(ident)
            }
            _ => None,
        }
    }

    /// Takes a sign if it comes next.
    pub(crate) fn sign(&mut self, sign: char) -> bool {
        let found = is_sign(self.peek(), sign);
        self.next += usize::from(found);
        found
    }

    /// Takes an identifier.
    pub(crate) fn ident(&mut self) -> Result<Ident> {
        match self.next() {
            Some(TokenTree::Ident(ident)) => Ok(ident),
            _ => Err(Error::new(self.span(), "expected identifier")),
        }
    }

    fn group(&mut self, delimiter: Delimiter) -> Option<Group> {
        match self.peek() {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => {
                let group = group.clone();
                self.next += 1;
                Some(group)
            }
            _ => None,
        }
    }

    /// Takes what comes before the first token that ends it, outside of angle brackets.
    fn until(&mut self, ends: impl Fn(&TokenTree) -> bool) -> Vec<TokenTree> {
        let mut taken: Vec<TokenTree> = Vec::new();
        let mut depth = 0_usize;
        while let Some(token) = self.peek().cloned() {
            if depth == 0 && ends(&token) {
                break;
            }
            depth = depth_after(depth, taken.last(), &token);
            taken.push(token);
            self.next += 1;
        }
        taken
    }
}

pub(crate) fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// The depth of angle brackets after a token; the `>` of an arrow is none.
fn depth_after(depth: usize, before: Option<&TokenTree>, token: &TokenTree) -> usize {
    match token {
        TokenTree::Punct(punct) if punct.as_char() == '<' => depth + 1,
        TokenTree::Punct(punct) if punct.as_char() == '>' && !is_sign(before, '-') => depth.saturating_sub(1),
        _ => depth,
    }
}

/// Parts that commas separate, outside of angle brackets.
fn split(stream: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut reader = Reader::new(stream);
    let mut parts = Vec::new();
    while !reader.is_at_end() {
        parts.push(reader.until(|token| is_sign(Some(token), ',')));
        reader.sign(',');
    }
    parts
}

/// Reads a function.
pub(crate) fn function(item: TokenStream) -> Result<Function> {
    let mut reader = Reader::new(item);
    let cfgs = attributes(&mut reader);
    let visibility = visibility(&mut reader);
    let is_unsafe = qualifiers(&mut reader)?;
    if reader.word("fn").is_none() {
        return Err(Error::new(
            reader.span(),
            "this attribute is for functions: expected `fn`",
        ));
    }
    let name = reader.ident()?;
    let generics = generics(&mut reader);
    let Some(arguments) = reader.group(Delimiter::Parenthesis) else {
        return Err(Error::new(reader.span(), "expected arguments"));
    };
    let ends = |token: &TokenTree| match token {
        TokenTree::Ident(word) => word.to_string() == "where",
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is_sign(Some(token), ';'),
    };
    let output = match reader.sign('-') && reader.sign('>') {
        true => reader.until(ends),
        false => Vec::new(),
    };
    let conditions = reader.until(|token| ends(token) && !matches!(token, TokenTree::Ident(_)));
    let inputs = split(arguments.stream()).into_iter().map(input);
    let mentions_self = mentions_self(&generics)
        || mentions_self(&arguments.stream().into_iter().collect::<Vec<_>>())
        || mentions_self(&output)
        || mentions_self(&conditions);
    Ok(Function {
        cfgs,
        visibility,
        is_unsafe,
        name,
        parameters: parameters(&generics),
        generics: generics.as_slice().tokens(),
        inputs: inputs.collect::<Result<_>>()?,
        output: Some(Type::new(output)).filter(|ty| !ty.is_unit()),
        conditions: conditions.as_slice().tokens(),
        mentions_self,
    })
}

/// Passes attributes over; those that are `cfg`.
fn attributes(reader: &mut Reader) -> TokenStream {
    let mut cfgs = TokenStream::new();
    while reader.sign('#') {
        let Some(group) = reader.group(Delimiter::Bracket) else {
            break;
        };
        let is_cfg = Reader::new(group.stream()).word("cfg").is_some();
        let group: TokenStream = TokenTree::from(group).into();
        cfgs.extend(is_cfg.then(|| quote!("#$group", group)));
    }
    cfgs
}

/// `pub`, `pub(...)` or nothing; also as a macro's `$vis`.
fn visibility(reader: &mut Reader) -> TokenStream {
    if let Some(group) = reader.group(Delimiter::None) {
        return group.stream();
    }
    match reader.word("pub") {
        Some(word) => {
            let scope = reader.group(Delimiter::Parenthesis).map(TokenTree::from);
            std::iter::once(TokenTree::from(word)).chain(scope).collect()
        }
        None => TokenStream::new(),
    }
}

/// Passes over what may stand before `fn`; whether the function is unsafe.
fn qualifiers(reader: &mut Reader) -> Result<bool> {
    let mut is_unsafe = false;
    loop {
        if let Some(word) = reader.word("async") {
            return Err(Error::new(word.span(), "an async function has no derivative"));
        }
        if reader.word("extern").is_some() {
            if matches!(reader.peek(), Some(TokenTree::Literal(_))) {
                reader.next();
            }
        } else if reader.word("unsafe").is_some() {
            is_unsafe = true;
        } else if ["const", "safe", "default"]
            .iter()
            .all(|word| reader.word(word).is_none())
        {
            return Ok(is_unsafe);
        }
    }
}

/// Generics with their brackets.
fn generics(reader: &mut Reader) -> Vec<TokenTree> {
    let mut taken: Vec<TokenTree> = Vec::new();
    if !is_sign(reader.peek(), '<') {
        return taken;
    }
    let mut depth = 0;
    while let Some(token) = reader.next() {
        depth = depth_after(depth, taken.last(), &token);
        taken.push(token);
        if depth == 0 {
            break;
        }
    }
    taken
}

/// The names of the type and constant parameters among generics.
fn parameters(generics: &[TokenTree]) -> Vec<Ident> {
    let Some((_, inside)) = generics.split_first() else {
        return Vec::new();
    };
    let inside = inside.split_last().map_or(inside, |(_, inside)| inside);
    let name = |part: Vec<TokenTree>| {
        let mut reader = Reader::new(part.as_slice().tokens());
        attributes(&mut reader);
        reader.word("const");
        // A lifetime begins with a sign.
        reader.ident().ok()
    };
    split(inside.tokens()).into_iter().filter_map(name).collect()
}

/// Reads an argument.
fn input(tokens: Vec<TokenTree>) -> Result<Input> {
    let mut reader = Reader::new(tokens.as_slice().tokens());
    attributes(&mut reader);
    let start = reader.span();
    let pattern = pattern(&mut reader);
    let word = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word.to_string() == "self");
    let receiver = pattern.iter().find(|token| word(token)).cloned();
    if !reader.sign(':') {
        let Some(receiver) = receiver else {
            return Err(match is_sign(pattern.first(), '.') {
                true => Error::new(start, "a variadic function has no derivative"),
                false => Error::new(start, "expected an argument with its type"),
            });
        };
        return Ok(self_argument(&pattern, &receiver));
    }
    let ty = Type::new(reader.until(|_| false));
    if let Some(TokenTree::Ident(name)) = receiver {
        let declaration = quote!("$name: $ty", name, ty);
        let name = Some(name);
        return Ok(Input {
            name,
            is_self: true,
            declaration,
            ty,
        });
    }
    if is_sign(ty.tokens.first(), '.') {
        return Err(Error::new(start, "a variadic function has no derivative"));
    }
    let name = match pattern.as_slice() {
        [TokenTree::Ident(name)] => Some(name.clone()),
        [TokenTree::Ident(first), TokenTree::Ident(name)] if first.to_string() == "mut" => Some(name.clone()),
        _ => None,
    };
    Ok(Input {
        name: name.filter(|name| name.to_string() != "_"),
        is_self: false,
        declaration: TokenStream::new(),
        ty,
    })
}

/// Takes what stands before the colon; colons of paths are in pairs.
fn pattern(reader: &mut Reader) -> Vec<TokenTree> {
    let mut taken = Vec::new();
    while let Some(token) = reader.peek() {
        if matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Alone)
            && !is_sign(taken.last(), ':')
        {
            break;
        }
        taken.extend(reader.next());
    }
    match taken.as_slice() {
        // A macro's `$name`.
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => {
            group.stream().into_iter().collect()
        }
        _ => taken,
    }
}

/// `self`, `mut self`, `&self`, `&'a mut self`.
fn self_argument(pattern: &[TokenTree], receiver: &TokenTree) -> Input {
    let reference: TokenStream = match is_sign(pattern.first(), '&') {
        true => pattern[..pattern.len() - 1].iter().cloned().collect(),
        false => TokenStream::new(),
    };
    let name: TokenStream = receiver.clone().into();
    let ty = quote!("$reference Self", reference);
    Input {
        name: match receiver {
            TokenTree::Ident(name) => Some(name.clone()),
            _ => None,
        },
        is_self: true,
        declaration: quote!("$reference $name", reference, name),
        ty: Type::new(ty.into_iter().collect()),
    }
}

fn mentions_self(tokens: &[TokenTree]) -> bool {
    tokens.iter().any(|token| match token {
        TokenTree::Ident(name) => name.to_string() == "Self",
        TokenTree::Group(group) => mentions_self(&group.stream().into_iter().collect::<Vec<_>>()),
        _ => false,
    })
}
