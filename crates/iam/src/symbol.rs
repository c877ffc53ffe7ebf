//! References that only the deployment resolves, as letters inside a text.
//!
//! `arn:aws:s3:::${Bucket}/*` names a bucket whose name nobody knows yet. A placeholder string in its
//! place would be compared like any text and give a false *yes* or *no*; a symbol is one letter that is
//! equal to itself, is swallowed whole by `*`, and makes every other comparison *cannot tell* unless the
//! characters that it may stand for exclude a match.
//!
//! A symbol is written as one character of Unicode's Supplementary Private Use Area-A, which AWS allows
//! in none of the names of a policy.

use std::sync::{Arc, LazyLock};

/// First character that stands for a symbol.
const FIRST: u32 = 0xF_0000;

/// Last one.
const LAST: u32 = 0xF_FFFC;

/// Stands in the ARN of a role for its path, which the ARN of its session does not tell: nothing, or names
/// that each end with `/`.
pub const ROLE_PATH: char = '\u{FFFFD}';

static ROLE_PATH_SYMBOL: LazyLock<Symbol> =
    LazyLock::new(|| Symbol { shape: Shape::PerhapsNothing, distinct_group: 0, name: "${path}".into() });

/// Whether a character may stand for a reference, whatever table it is of.
pub(crate) fn is_letter(letter: char) -> bool {
    (FIRST..=ROLE_PATH as u32).contains(&(letter as u32))
}

/// What a symbol may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A whole ARN.
    Arn,
    /// A name without `:` and `/`: a bucket, a table, a function, a role without its path.
    Name,
    /// A name in which `/` may stand: a secret, a parameter, a log group.
    Path,
    /// Twelve digits.
    AccountId,
    /// `eu-central-1`.
    Region,
    /// `aws`, `aws-cn`, `aws-us-gov`.
    Partition,
    /// Anything.
    Text,
    /// Anything, or nothing.
    PerhapsNothing,
}

impl Shape {
    /// Whether a text of this shape can hold a character.
    pub fn admits(self, letter: char) -> bool {
        match self {
            Self::Text | Self::Arn | Self::PerhapsNothing => true,
            Self::Name => !matches!(letter, ':' | '/' | '*' | '?'),
            Self::Path => !matches!(letter, ':' | '*' | '?'),
            Self::AccountId => letter.is_ascii_digit(),
            Self::Region | Self::Partition => {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
            }
        }
    }
}

/// One symbol of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// What it may stand for.
    pub shape: Shape,
    /// Symbols of one group other than 0 are known to differ from each other: two buckets of one stack
    /// of which nobody has set the name.
    pub distinct_group: u32,
    /// How it is written where it comes from, for messages: `${Bucket}`.
    pub name: Arc<str>,
}

/// The symbols of an application. Index `n` is written as the character U+F0000 + n.
#[derive(Debug, Clone, Default)]
pub struct Symbols {
    all: Vec<Symbol>,
}

impl Symbols {
    /// An empty table: every character is an ordinary one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a symbol and answers its letter, or `None` when 65,533 are taken.
    pub fn add(&mut self, symbol: Symbol) -> Option<char> {
        let letter = char::from_u32(FIRST.checked_add(u32::try_from(self.all.len()).ok()?)?)?;
        if letter as u32 > LAST {
            return None;
        }
        self.all.push(symbol);
        Some(letter)
    }

    /// The symbol that a letter stands for.
    pub fn get(&self, letter: char) -> Option<&Symbol> {
        if letter == ROLE_PATH {
            return Some(&ROLE_PATH_SYMBOL);
        }
        let code = letter as u32;
        if !(FIRST..=LAST).contains(&code) {
            return None;
        }
        self.all.get(usize::try_from(code - FIRST).ok()?)
    }

    /// Whether every character is an ordinary one.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether a text holds a symbol of this table.
    pub fn any_in(&self, text: &str) -> bool {
        // The first byte of all these letters, and of few others.
        text.as_bytes().contains(&0xF3) && text.chars().any(|c| self.get(c).is_some())
    }

    /// A text as a reader writes it: `arn:aws:s3:::${Bucket}/*`.
    pub fn show(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for letter in text.chars() {
            match self.get(letter) {
                Some(symbol) => out.push_str(&symbol.name),
                None => out.push(letter),
            }
        }
        out
    }
}
