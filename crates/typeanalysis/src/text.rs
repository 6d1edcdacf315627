//! Reading type trees: the text of `"enzyme_type"` attributes, and the nested lists of `!enzyme_type` metadata.

use crate::base::{BaseType, Pointers};
use crate::tree::{Inserted, Limits, Path, TreeError, TypeTree};

/// A position in text, with the few tokens that trees have.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn fail<T>(&self, expected: &'static str) -> Result<T, TreeError> {
        Err(TreeError::Parse {
            at: self.at,
            expected,
        })
    }

    fn rest(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        &self.text[self.at..]
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn expect(&mut self, token: &'static str) -> Result<(), TreeError> {
        if self.eat(token) { Ok(()) } else { self.fail(token) }
    }

    /// The longest run of characters that `keep` accepts.
    fn word(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn index(&mut self) -> Result<i32, TreeError> {
        let start = self.at;
        match self.word(|c| c == '-' || c.is_ascii_digit()).parse() {
            Ok(index) if index >= -1 => Ok(index),
            _ => {
                self.at = start;
                self.fail("an offset, or -1")
            }
        }
    }

    fn base(&mut self) -> Result<BaseType, TreeError> {
        let start = self.at;
        match BaseType::parse(self.word(|c| c == '@' || c.is_ascii_alphanumeric())) {
            Some(base) => Ok(base),
            None => {
                self.at = start;
                self.fail("Integer, Pointer, Anything, Unknown or Float@ with a format")
            }
        }
    }

    fn path(&mut self) -> Result<Path, TreeError> {
        self.expect("[")?;
        let mut path = Path::new();
        while !self.eat("]") {
            path.push(self.index()?);
            if !self.eat(",") && !self.rest().starts_with(']') {
                return self.fail(", or ]");
            }
        }
        Ok(path)
    }

    /// One level of metadata: `!{!"Pointer", i32 0, !{...}}`.
    fn level(&mut self, prefix: &mut Path, found: &mut Vec<(Path, BaseType)>) -> Result<(), TreeError> {
        self.expect("!{")?;
        self.expect("!\"")?;
        let base = self.base()?;
        self.expect("\"")?;
        if base.is_known() {
            found.push((prefix.clone(), base));
        }
        while self.eat(",") {
            self.word(|c| c.is_ascii_alphanumeric() && c != '-');
            prefix.push(self.index()?);
            self.expect(",")?;
            self.level(prefix, found)?;
            prefix.pop();
        }
        self.expect("}")
    }

    fn end(&mut self) -> Result<(), TreeError> {
        if self.rest().is_empty() {
            Ok(())
        } else {
            self.fail("the end of the text")
        }
    }
}

impl TypeTree {
    /// Reads `{[-1]:Pointer, [-1,0]:Float@double}`; blanks do not matter.
    ///
    /// # Errors
    /// If the text is malformed, or its facts contradict each other or are too deep.
    pub fn parse(text: &str, limits: &Limits) -> Result<Self, TreeError> {
        let mut reader = Reader { text, at: 0 };
        let mut found = Vec::new();
        reader.expect("{")?;
        while !reader.eat("}") {
            let path = reader.path()?;
            reader.expect(":")?;
            found.push((path, reader.base()?));
            if !reader.eat(",") && !reader.rest().starts_with('}') {
                return reader.fail(", or }");
            }
        }
        reader.end()?;
        Self::from_facts(found, limits)
    }

    /// Reads the nested lists of `!enzyme_type` metadata, printed in place: `!{!"Unknown", i32 -1, !{!"Pointer"}}`.
    ///
    /// # Errors
    /// As [`TypeTree::parse`].
    pub fn parse_metadata(text: &str, limits: &Limits) -> Result<Self, TreeError> {
        let mut reader = Reader { text, at: 0 };
        let mut found = Vec::new();
        reader.level(&mut Path::new(), &mut found)?;
        reader.end()?;
        Self::from_facts(found, limits)
    }

    /// The tree of these facts.
    ///
    /// # Errors
    /// If they contradict each other, or a path is longer than the limit.
    pub fn from_facts(mut facts: Vec<(Path, BaseType)>, limits: &Limits) -> Result<Self, TreeError> {
        // What is behind a pointer comes before the pointer: nothing can be put behind `Anything`, but facts may have been there before.
        facts.sort_by(|left, right| (right.0.len(), &left.0).cmp(&(left.0.len(), &right.0)));
        let mut tree = Self::new();
        for (path, base) in facts {
            if tree.insert(&path, base, Pointers::Distinct, limits)? == Inserted::TooDeep {
                return Err(TreeError::Parse {
                    at: 0,
                    expected: "paths within the depth limit",
                });
            }
        }
        Ok(tree)
    }
}
