//! The tokens of textual IR.

use super::names::is_name_byte;
use super::parse::ParseError;

/// A token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// A keyword, a type name or an unquoted name.
    Word(String),
    /// A name and its colon.
    Label(String),
    /// `%name` or `%12`; whether it is a number without quotes.
    Local(Name),
    /// `@name` or `@12`.
    Global(String),
    /// `$name`.
    Comdat(String),
    /// `!name`.
    MetaName(String),
    /// `!12`.
    MetaId(u32),
    /// `#12`.
    AttrGroup(u32),
    /// `#dbg_value` and its like.
    DebugRecord,
    /// A decimal integer with its sign.
    Int(String),
    /// A decimal float.
    Decimal(String),
    /// `0x`, the letter of a format if there is one, and digits.
    Hex(Option<char>, String),
    /// A string.
    Str(Vec<u8>),
    /// `c"..."`.
    Bytes(Vec<u8>),
    /// `...`.
    Ellipsis,
    /// Any other character.
    Punct(char),
    /// The end of the text.
    End,
}

/// The name of a value or block. LLVM numbers unnamed ones.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Name {
    /// Its own name.
    Text(String),
    /// The number of an unnamed one.
    Number(u32),
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

/// A token with the byte at which it starts.
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) start: usize,
}

/// Cuts a text into tokens, the last of which is [`Token::End`].
pub(super) fn tokenize(text: &str) -> Result<Vec<Spanned>, ParseError> {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
    };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_space();
        let start = lexer.at;
        let token = lexer.token()?;
        let end = token == Token::End;
        tokens.push(Spanned { token, start });
        if end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_after(&self, distance: usize) -> Option<u8> {
        self.bytes.get(self.at + distance).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b';' {
                while self.peek().is_some_and(|byte| byte != b'\n') {
                    self.at += 1;
                }
            } else if byte.is_ascii_whitespace() {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn take_while(&mut self, accept: impl Fn(u8) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&accept) {
            self.at += 1;
        }
        self.text[start..self.at].to_owned()
    }

    fn token(&mut self) -> Result<Token, ParseError> {
        let Some(byte) = self.peek() else {
            return Ok(Token::End);
        };
        match byte {
            b'%' | b'@' | b'$' | b'!' | b'#' => self.sigil(byte),
            b'"' => {
                let bytes = self.string()?;
                if self.peek() == Some(b':') {
                    self.at += 1;
                    return Ok(Token::Label(String::from_utf8_lossy(&bytes).into_owned()));
                }
                Ok(Token::Str(bytes))
            }
            b'c' if self.peek_after(1) == Some(b'"') => {
                self.at += 1;
                Ok(Token::Bytes(self.string()?))
            }
            b'.' if self.bytes[self.at..].starts_with(b"...") => {
                self.at += 3;
                Ok(Token::Ellipsis)
            }
            b'0'..=b'9' | b'-' | b'+' => Ok(self.number()),
            _ if is_name_byte(byte) => {
                let word = self.take_while(is_name_byte);
                if self.peek() == Some(b':') {
                    self.at += 1;
                    return Ok(Token::Label(word));
                }
                Ok(Token::Word(word))
            }
            _ => {
                let character = self.text[self.at..].chars().next().unwrap_or('\u{fffd}');
                self.at += character.len_utf8();
                Ok(Token::Punct(character))
            }
        }
    }

    /// A name after a sigil, or the sigil alone.
    fn sigil(&mut self, sigil: u8) -> Result<Token, ParseError> {
        self.at += 1;
        let quoted = self.peek() == Some(b'"');
        // `!"text"` is a metadata string: the sigil stands alone before it.
        let name = match self.peek() {
            Some(b'"') if sigil != b'!' => String::from_utf8_lossy(&self.string()?).into_owned(),
            Some(byte) if is_name_byte(byte) || byte == b'\\' => {
                self.take_while(|byte| is_name_byte(byte) || byte == b'\\')
            }
            _ => return Ok(Token::Punct(char::from(sigil))),
        };
        let number = if quoted { None } else { name.parse::<u32>().ok() };
        Ok(match (sigil, number) {
            (b'%', Some(number)) => Token::Local(Name::Number(number)),
            (b'%', None) => Token::Local(Name::Text(name)),
            (b'@', _) => Token::Global(name),
            (b'$', _) => Token::Comdat(name),
            (b'!', Some(number)) => Token::MetaId(number),
            (b'!', None) => Token::MetaName(name),
            (_, Some(number)) => Token::AttrGroup(number),
            (_, None) => Token::DebugRecord,
        })
    }

    fn string(&mut self) -> Result<Vec<u8>, ParseError> {
        let start = self.at;
        self.at += 1;
        let mut out = Vec::new();
        loop {
            let Some(byte) = self.peek() else {
                return Err(ParseError::at(self.text, start, "this string has no end"));
            };
            self.at += 1;
            match byte {
                b'"' => return Ok(out),
                b'\\' => match self.escape() {
                    Some(escaped) => out.push(escaped),
                    None => out.push(b'\\'),
                },
                _ => out.push(byte),
            }
        }
    }

    /// What follows a backslash: another one, or two hexadecimal digits.
    fn escape(&mut self) -> Option<u8> {
        if self.peek() == Some(b'\\') {
            self.at += 1;
            return Some(b'\\');
        }
        let digits = self.text.get(self.at..self.at + 2)?;
        let byte = u8::from_str_radix(digits, 16).ok()?;
        self.at += 2;
        Some(byte)
    }

    fn number(&mut self) -> Token {
        let start = self.at;
        if self.bytes[self.at..].starts_with(b"0x") {
            self.at += 2;
            let format = match self.peek() {
                Some(letter @ (b'K' | b'L' | b'M' | b'H' | b'R')) => {
                    self.at += 1;
                    Some(char::from(letter))
                }
                _ => None,
            };
            return Token::Hex(format, self.take_while(|byte| byte.is_ascii_hexdigit()));
        }
        self.at += 1;
        self.take_while(|byte| byte.is_ascii_digit());
        if self.peek() == Some(b'.') && self.peek_after(1) != Some(b'.') {
            self.at += 1;
            self.take_while(|byte| byte.is_ascii_digit());
            if matches!(self.peek(), Some(b'e' | b'E')) {
                self.at += 1;
                if matches!(self.peek(), Some(b'+' | b'-')) {
                    self.at += 1;
                }
                self.take_while(|byte| byte.is_ascii_digit());
            }
            return Token::Decimal(self.text[start..self.at].to_owned());
        }
        if self.peek() == Some(b':') {
            let label = self.text[start..self.at].to_owned();
            self.at += 1;
            return Token::Label(label);
        }
        if self.peek().is_some_and(is_name_byte) {
            self.take_while(is_name_byte);
            return Token::Word(self.text[start..self.at].to_owned());
        }
        Token::Int(self.text[start..self.at].to_owned())
    }
}
