//! Patterns and policy variables, letter by letter.

use super::Request;

/// One letter of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Letter {
    /// Exactly this one.
    Only(char),
    /// `?`
    One,
    /// `*`
    Any,
    /// A colon that the author wrote, which parts an ARN.
    Colon,
}

/// The letters of a pattern, its variables replaced; none if a variable has no value.
pub fn letters(request: &Request, pattern: &str, variables: bool, wildcards: bool) -> Option<Vec<Letter>> {
    let text: Vec<char> = pattern.chars().collect();
    let mut letters = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = text[at..].iter().position(|&c| c == '}').map(|length| at + length);
        match (text[at], end) {
            ('$', Some(end)) if variables && text.get(at + 1) == Some(&'{') => {
                let inner: String = text[at + 2..end].iter().collect();
                letters.extend(replaced(request, &inner)?.chars().map(Letter::Only));
                at = end;
            }
            ('*', _) if wildcards => letters.push(Letter::Any),
            ('?', _) if wildcards => letters.push(Letter::One),
            (':', _) => letters.push(Letter::Colon),
            (other, _) => letters.push(Letter::Only(other)),
        }
        at += 1;
    }
    Some(letters)
}

/// The value of a variable.
fn replaced(request: &Request, inner: &str) -> Option<String> {
    if ["*", "?", "$"].contains(&inner) {
        return Some(inner.to_owned());
    }
    let (key, default) = match inner.split_once(',') {
        Some((key, rest)) => (key, Some(rest.trim().trim_matches('\'').to_owned())),
        None => (inner, None),
    };
    match request.context.get(&key.trim().to_ascii_lowercase()) {
        Some(values) => values.first().cloned().or(default),
        None => default,
    }
}

/// Whether the letters match all of the text.
pub fn matches(letters: &[Letter], text: &[char], fold: bool) -> bool {
    let Some((first, rest)) = letters.split_first() else { return text.is_empty() };
    let same = |letter: char| {
        text.first().is_some_and(|c| if fold { c.eq_ignore_ascii_case(&letter) } else { *c == letter })
    };
    match *first {
        Letter::Any => (0..=text.len()).any(|taken| matches(rest, &text[taken..], fold)),
        Letter::One => !text.is_empty() && matches(rest, &text[1..], fold),
        Letter::Only(letter) => same(letter) && matches(rest, &text[1..], fold),
        Letter::Colon => same(':') && matches(rest, &text[1..], fold),
    }
}

/// Whether a plain pattern without variables matches.
pub fn plain(pattern: &str, text: &str, fold: bool) -> bool {
    let letters: Vec<Letter> = pattern
        .chars()
        .map(|c| match c {
            '*' => Letter::Any,
            '?' => Letter::One,
            other => Letter::Only(other),
        })
        .collect();
    matches(&letters, &text.chars().collect::<Vec<_>>(), fold)
}

/// Whether an ARN pattern matches segment by segment; `fold` says whether the first five ignore case.
pub fn arn(letters: &[Letter], text: &str, fold: bool) -> bool {
    let pattern: Vec<&[Letter]> = letters.splitn(6, |letter| *letter == Letter::Colon).collect();
    let text: Vec<&str> = text.splitn(6, ':').collect();
    pattern.len() == 6
        && text.len() == 6
        && (0..6).all(|at| {
            let text: Vec<char> = text[at].chars().collect();
            matches(pattern[at], &text, fold && at < 5)
        })
}
