//! Texts with `*` (any run of characters) and `?` (one character).
//!
//! Wildcards are the bytes `0xFF` and `0xFE` inside, which no UTF-8 text holds: a `*` that a policy
//! variable brings in, or that is written as `${*}`, is an ordinary character.

use crate::symbol::{Shape, Symbols};
use crate::tri::Tri;

/// `*` in a compiled pattern.
pub(crate) const STAR: u8 = 0xFF;

/// `?` in a compiled pattern.
pub(crate) const ONE: u8 = 0xFE;

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Glob {
    bytes: Box<[u8]>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// `*`.
    Any,
    /// No wildcard.
    Literal,
    /// One `*`, at the end.
    Prefix,
    /// Anything else.
    General,
}

impl Glob {
    /// Compiles a text of which `*` and `?` are wildcards.
    pub fn new(pattern: &str) -> Self {
        Self::from_bytes(pattern.bytes().map(|b| match b {
            b'*' => STAR,
            b'?' => ONE,
            other => other,
        }))
    }

    /// A text that matches only itself.
    pub fn literal(text: &str) -> Self {
        Self::from_bytes(text.bytes())
    }

    pub(crate) fn from_bytes(bytes: impl Iterator<Item = u8>) -> Self {
        let mut out: Vec<u8> = Vec::with_capacity(bytes.size_hint().0);
        for byte in bytes {
            // `**` means what `*` means.
            if byte == STAR && out.last() == Some(&STAR) {
                continue;
            }
            out.push(byte);
        }
        let wild = out.iter().filter(|b| **b >= ONE).count();
        let kind = match (wild, out.last()) {
            (0, _) => Kind::Literal,
            (1, Some(&STAR)) if out.len() == 1 => Kind::Any,
            (1, Some(&STAR)) => Kind::Prefix,
            _ => Kind::General,
        };
        Self { bytes: out.into_boxed_slice(), kind }
    }

    /// Whether it is `*` alone.
    pub fn is_any(&self) -> bool {
        self.kind == Kind::Any
    }

    /// Whether it holds no wildcard.
    pub fn is_literal(&self) -> bool {
        self.kind == Kind::Literal
    }

    /// Whether a `?` is in it.
    pub(crate) fn has_one(&self) -> bool {
        self.bytes.contains(&ONE)
    }

    /// The compiled bytes, wildcards as [`STAR`] and [`ONE`].
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text as it was written; a literal `*` is shown as one.
    pub fn text(&self) -> String {
        let bytes = self
            .bytes
            .iter()
            .map(|b| match *b {
                STAR => b'*',
                ONE => b'?',
                other => other,
            })
            .collect();
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// Whether a text matches, byte for byte.
    pub fn matches(&self, text: &str) -> bool {
        self.matches_bytes(text.as_bytes())
    }

    pub(crate) fn matches_bytes(&self, text: &[u8]) -> bool {
        match self.kind {
            Kind::Any => true,
            Kind::Literal => *self.bytes == *text,
            Kind::Prefix => {
                let (_, head) = self.bytes.split_last().unwrap_or((&STAR, &[]));
                text.starts_with(head)
            }
            Kind::General => wild_match(&self.bytes, text),
        }
    }

    /// As [`Glob::matches_bytes`] for a pattern that was compiled from lower-case ASCII: the text may be
    /// of any case.
    pub(crate) fn matches_ignoring_case(&self, text: &[u8]) -> bool {
        match self.kind {
            Kind::Any => true,
            Kind::Literal => self.bytes.eq_ignore_ascii_case(text),
            Kind::Prefix => {
                let (_, head) = self.bytes.split_last().unwrap_or((&STAR, &[]));
                text.get(..head.len()).is_some_and(|t| t.eq_ignore_ascii_case(head))
            }
            Kind::General => wild_match(&self.bytes, &text.to_ascii_lowercase()),
        }
    }

    /// Whether a text that may hold symbols matches a pattern that may hold them too.
    pub fn matches_symbolic(&self, text: &str, symbols: &Symbols) -> Tri {
        // Symbols as letters: equal to themselves, swallowed whole by `*`.
        if !self.has_one_at_symbols(text, symbols) && self.matches(text) {
            return Tri::True;
        }
        let subject = Self::literal(text);
        if meet(&self.bytes, &subject.bytes, symbols) { Tri::Unknown } else { Tri::False }
    }

    /// A `?` must not count as matching the one letter of a symbol, which may stand for a longer text.
    fn has_one_at_symbols(&self, text: &str, symbols: &Symbols) -> bool {
        self.has_one() && symbols.any_in(text)
    }

    /// Whether some text matches both patterns.
    pub fn meets(&self, other: &Self, symbols: &Symbols) -> bool {
        if self.is_any() || other.is_any() {
            return true;
        }
        meet(&self.bytes, &other.bytes, symbols)
    }
}

/// Length of the UTF-8 character that starts with a byte.
fn width(first: u8) -> usize {
    match first {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF7 => 4,
        _ => 1,
    }
}

/// Two pointers with one point to come back to: O(n·m) at worst, no recursion, no allocation.
fn wild_match(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(&STAR) => {
                p += 1;
                back = Some((p, t));
                continue;
            }
            Some(&ONE) => {
                p += 1;
                t += text.get(t).map_or(1, |b| width(*b));
                continue;
            }
            Some(letter) if text.get(t) == Some(letter) => {
                p += 1;
                t += 1;
                continue;
            }
            _ => {}
        }
        let Some((after_star, from)) = back else { return false };
        let next = from + text.get(from).map_or(1, |b| width(*b));
        back = Some((after_star, next));
        p = after_star;
        t = next;
    }
    pattern.get(p..).is_none_or(|rest| rest.iter().all(|b| *b == STAR))
}

/// One position of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Star,
    One,
    Letter(char),
    Symbol(char, Shape, u32),
}

fn tokens(pattern: &[u8], symbols: &Symbols) -> Vec<Token> {
    let mut out = Vec::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((&first, after)) = rest.split_first() {
        if first >= ONE {
            out.push(if first == STAR { Token::Star } else { Token::One });
            rest = after;
            continue;
        }
        let size = width(first).min(rest.len());
        let (letter, after) = rest.split_at(size);
        let letter = std::str::from_utf8(letter).ok().and_then(|s| s.chars().next()).unwrap_or('\u{FFFD}');
        out.push(match symbols.get(letter) {
            Some(symbol) if symbol.shape == Shape::PerhapsNothing => Token::Star,
            Some(symbol) => Token::Symbol(letter, symbol.shape, symbol.distinct_group),
            None => Token::Letter(letter),
        });
        rest = after;
    }
    out
}

/// Whether two patterns have a text in common: reachability over pairs of positions, O(n·m). A symbol
/// is a run of one or more characters that its shape admits.
fn meet(a: &[u8], b: &[u8], symbols: &Symbols) -> bool {
    let a = tokens(a, symbols);
    let b = tokens(b, symbols);
    // Texts that no policy holds: perhaps.
    if a.len().saturating_mul(b.len()) > 1 << 24 {
        return true;
    }
    let columns = b.len() + 1;
    let mut here = vec![false; columns];
    let mut next = vec![false; columns];
    if let Some(start) = here.first_mut() {
        *start = true;
    }
    // Rows are positions of `a`; `here[j]` says that (row, j) is reached. A run (star or symbol) of one
    // pattern consumes tokens of the other and stays where it is, so that each row is closed from left
    // to right before the next is made.
    for i in 0..=a.len() {
        let left = a.get(i).copied();
        for j in 0..columns {
            if !here.get(j).copied().unwrap_or(false) {
                continue;
            }
            let right = b.get(j).copied();
            let mut stay = false; // (i, j + 1)
            let mut down = false; // (i + 1, j)
            let mut both = false; // (i + 1, j + 1)
            match (left, right) {
                (None, None) => return true,
                (Some(Token::Star), None) => down = true,
                (None, Some(Token::Star)) => stay = true,
                (Some(_), None) | (None, Some(_)) => {}
                (Some(Token::Star), Some(_)) => {
                    down = true;
                    stay = true;
                }
                (Some(_), Some(Token::Star)) => {
                    stay = true;
                    down = true;
                }
                (Some(Token::Symbol(x, shape_x, group_x)), Some(Token::Symbol(y, shape_y, group_y))) => {
                    if x == y {
                        both = true;
                        // The same symbol, shifted against itself, may still meet.
                        stay = true;
                        down = true;
                    } else if group_x != 0
                        && group_x == group_y
                        && closed(a.get(i + 1), shape_x, i.checked_sub(1).and_then(|k| a.get(k)))
                        && closed(b.get(j + 1), shape_y, j.checked_sub(1).and_then(|k| b.get(k)))
                    {
                        // Both stand between delimiters and are known to differ.
                    } else {
                        both = true;
                        stay = true;
                        down = true;
                    }
                }
                (Some(Token::Symbol(_, shape, _)), Some(other)) => {
                    if consumes(shape, other) {
                        stay = true;
                        both = true;
                    }
                }
                (Some(other), Some(Token::Symbol(_, shape, _))) => {
                    if consumes(shape, other) {
                        down = true;
                        both = true;
                    }
                }
                (Some(Token::One), Some(_)) | (Some(_), Some(Token::One)) => both = true,
                (Some(Token::Letter(x)), Some(Token::Letter(y))) => both = x == y,
            }
            if stay && let Some(cell) = here.get_mut(j + 1) {
                *cell = true;
            }
            if down && let Some(cell) = next.get_mut(j) {
                *cell = true;
            }
            if both && let Some(cell) = next.get_mut(j + 1) {
                *cell = true;
            }
        }
        std::mem::swap(&mut here, &mut next);
        next.fill(false);
    }
    false
}

fn consumes(shape: Shape, token: Token) -> bool {
    match token {
        Token::Letter(letter) => shape.admits(letter),
        _ => true,
    }
}

/// Whether a symbol stands between two characters that it cannot hold, or at an end.
fn closed(after: Option<&Token>, shape: Shape, before: Option<&Token>) -> bool {
    let shut = |token: Option<&Token>| match token {
        None => true,
        Some(Token::Letter(letter)) => !shape.admits(*letter),
        Some(_) => false,
    };
    shut(after) && shut(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::Symbol;
    use proptest::prelude::*;

    fn naive(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.first(), text.first()) {
            (None, None) => true,
            (Some(b'*'), _) => naive(&pattern[1..], text) || (!text.is_empty() && naive(pattern, &text[1..])),
            (Some(b'?'), Some(_)) => naive(&pattern[1..], &text[1..]),
            (Some(p), Some(t)) if p == t => naive(&pattern[1..], &text[1..]),
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn agrees_with_the_definition(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
            prop_assert_eq!(Glob::new(&pattern).matches(&text), naive(pattern.as_bytes(), text.as_bytes()));
        }

        #[test]
        fn two_patterns_meet_when_a_text_matches_both(a in "[ab*?]{0,5}", b in "[ab*?]{0,5}") {
            let symbols = Symbols::new();
            let (ga, gb) = (Glob::new(&a), Glob::new(&b));
            let mut found = false;
            let mut words = vec![String::new()];
            // A common text need not be longer than both patterns together.
            for _ in 0..=9 {
                found |= words.iter().any(|w| ga.matches(w) && gb.matches(w));
                words = words.iter().flat_map(|w| [format!("{w}a"), format!("{w}b")]).collect();
                if found { break; }
            }
            prop_assert_eq!(ga.meets(&gb, &symbols), found);
        }
    }

    #[test]
    fn one_question_mark_is_one_character() {
        assert!(Glob::new("a?c").matches("aöc"));
        assert!(!Glob::new("a??c").matches("aöc"));
        assert!(Glob::new("*ö?").matches("xöy"));
    }

    #[test]
    fn a_symbol_is_equal_to_itself_and_unlike_what_its_shape_excludes() {
        let mut symbols = Symbols::new();
        let mut add = |shape, group, name: &str| {
            symbols.add(Symbol { shape, distinct_group: group, name: name.into() }).unwrap()
        };
        let a = add(Shape::Name, 1, "${A}");
        let b = add(Shape::Name, 1, "${B}");
        let c = add(Shape::Name, 0, "${C}");
        let account = add(Shape::AccountId, 0, "${AWS::AccountId}");
        let check = |pattern: &str, text: &str| Glob::new(pattern).matches_symbolic(text, &symbols);
        assert_eq!(check(&format!("{a}/*"), &format!("{a}/x")), Tri::True);
        assert_eq!(check("*", &format!("{a}/x")), Tri::True);
        assert_eq!(check(&format!("{a}/*"), &format!("{b}/x")), Tri::False);
        assert_eq!(check(&format!("{a}/*"), &format!("{c}/x")), Tri::Unknown);
        assert_eq!(check("logs/*", &format!("{a}/x")), Tri::Unknown);
        assert_eq!(check("logs/y", &format!("{a}/x")), Tri::False);
        assert_eq!(check("?", &a.to_string()), Tri::Unknown);
        assert_eq!(check("123456789012", &account.to_string()), Tri::Unknown);
        assert_eq!(check("abc", &account.to_string()), Tri::False);
        assert_eq!(check(&format!("x{a}"), &format!("x{b}")), Tri::Unknown);
    }
}
