//! Documents with their patterns spelled out.

use super::known;
use crate::document::{Document, Text};

/// A document without patterns of known actions.
#[derive(Debug, Clone, PartialEq)]
pub struct Expanded {
    /// The document; an action has the mark of the first pattern that matches it.
    pub document: Document,
    /// Patterns that match no known action; they stay in the document.
    pub unmatched: Vec<Text>,
}

/// Replaces every pattern of `Action` and `NotAction` by the known actions that it matches, in the spelling of
/// the catalogue and each once in a statement.
pub fn expand(document: &Document) -> Expanded {
    let mut out = Expanded { document: document.clone(), unmatched: Vec::new() };
    for values in out.document.statements.iter_mut().filter_map(|statement| statement.actions.as_mut()) {
        let mut seen = known::Set::default();
        let mut items: Vec<Text> = Vec::new();
        for text in std::mem::take(&mut values.items) {
            let known = known::matching(&text.value, |words, row| {
                if seen.insert(words, row) {
                    items.push(Text { value: words.full(row).into(), ..text.clone() });
                }
            });
            if !known {
                out.unmatched.push(text.clone());
                items.push(text);
            }
        }
        for (place, item) in items.iter_mut().enumerate() {
            item.index = Some(u32::try_from(place).unwrap_or(u32::MAX));
        }
        values.items = items;
    }
    out
}
