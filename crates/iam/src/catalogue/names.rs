//! Names of actions and policies: words of a dictionary, front-coded in blocks of 16.
//!
//! The names of one range are sorted by their lower-case spelling. An entry says in one byte how many words it takes
//! over from the entry before it and how many follow; a block begins with an entry that takes over none.

use std::cmp::Ordering;
use std::ops::Range;

use super::pack::{u16_at, u32_at};

/// Names in a block.
pub(super) const BLOCK: u16 = 16;
/// Ids below stand in one byte.
const SHORT: usize = 176;
/// Longest name in bytes.
const LONGEST: usize = 128;

/// The sections of names.
#[derive(Clone, Copy)]
pub(super) struct Coded<'a> {
    pub(super) blocks: &'a [u8],
    pub(super) names: &'a [u8],
    pub(super) word_ends: &'a [u8],
    pub(super) words: &'a [u8],
}

impl<'a> Coded<'a> {
    fn word(&self, id: usize) -> Option<&'a [u8]> {
        let start = if id == 0 { 0 } else { usize::from(u16_at(self.word_ends, (id - 1) * 2)?) };
        self.words.get(start..usize::from(u16_at(self.word_ends, id * 2)?))
    }
}

/// Reads names one after the other.
struct Cursor<'a> {
    coded: Coded<'a>,
    at: usize,
    /// Where each word of the name ends.
    ends: [u8; 16],
    buffer: [u8; LONGEST],
}

impl<'a> Cursor<'a> {
    fn new(coded: Coded<'a>, block: u16) -> Option<Self> {
        let at = u32_at(coded.blocks, usize::from(block) * 4)? as usize;
        Some(Self { coded, at, ends: [0; 16], buffer: [0; LONGEST] })
    }

    fn byte(&mut self) -> Option<usize> {
        let byte = usize::from(*self.coded.names.get(self.at)?);
        self.at += 1;
        Some(byte)
    }

    /// How many words the next name takes over, and how many follow.
    fn head(&mut self) -> Option<(usize, usize)> {
        let head = self.byte()?;
        Some((head >> 4, head & 15))
    }

    fn word(&mut self) -> Option<usize> {
        let id = self.byte()?;
        if id < SHORT { Some(id) } else { Some(SHORT + (((id - SHORT) << 8) | self.byte()?)) }
    }

    fn next(&mut self) -> Option<&[u8]> {
        let (kept, new) = self.head()?;
        let mut length = if kept == 0 { 0 } else { usize::from(*self.ends.get(kept - 1)?) };
        for place in kept..kept + new {
            let id = self.word()?;
            let word = self.coded.word(id)?;
            let end = length + word.len();
            self.buffer.get_mut(length..end)?.copy_from_slice(word);
            *self.ends.get_mut(place)? = u8::try_from(end).ok()?;
            length = end;
        }
        self.buffer.get(..length)
    }

    /// The order of the next name, which takes over nothing, against another; no word is copied.
    fn order(&mut self, name: &[u8]) -> Option<Ordering> {
        let (_, new) = self.head()?;
        let mut rest = name;
        for _ in 0..new {
            let id = self.word()?;
            let word = self.coded.word(id)?;
            let Some((start, after)) = rest.split_at_checked(word.len()) else {
                return Some(compare(word, rest));
            };
            match compare(word, start) {
                Ordering::Equal => rest = after,
                order => return Some(order),
            }
        }
        Some(if rest.is_empty() { Ordering::Equal } else { Ordering::Less })
    }
}

/// The order of the catalogue: by bytes, upper case as lower case.
pub(super) fn compare(left: &[u8], right: &[u8]) -> Ordering {
    let shared = left.iter().zip(right).find_map(|(l, r)| {
        let order = l.to_ascii_lowercase().cmp(&r.to_ascii_lowercase());
        (order != Ordering::Equal).then_some(order)
    });
    shared.unwrap_or_else(|| left.len().cmp(&right.len()))
}

/// The names of consecutive rows.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    coded: Coded<'a>,
    start: u16,
    end: u16,
    first_block: u16,
    end_block: u16,
}

impl<'a> Names<'a> {
    /// Names of these rows, which stand in these blocks.
    pub(super) fn new(coded: Coded<'a>, rows: Range<u16>, blocks: Range<u16>) -> Self {
        let (start, end) = (rows.start, rows.end.max(rows.start));
        Self { coded, start, end, first_block: blocks.start, end_block: blocks.end }
    }

    pub(super) fn rows(&self) -> Range<u16> {
        self.start..self.end
    }

    /// The name of a row.
    pub(super) fn name(&self, row: u16) -> Option<String> {
        let index = row.checked_sub(self.start)?;
        let mut cursor = Cursor::new(self.coded, self.first_block.checked_add(index / BLOCK)?)?;
        for _ in 0..index % BLOCK {
            cursor.next()?;
        }
        std::str::from_utf8(cursor.next()?).ok().map(str::to_owned)
    }

    /// The row of a name in any case.
    pub(super) fn find(&self, name: &[u8]) -> Option<u16> {
        let block = self.last_block(|mut cursor| cursor.order(name))?;
        let mut cursor = Cursor::new(self.coded, block)?;
        // the leading words that the entry before shares with the name, and where each ends in the name
        let (mut matched, mut ends) = (0, [0; 16]);
        let first = self.row(block);
        for row in first..first.saturating_add(BLOCK).min(self.end) {
            let (kept, new) = cursor.head()?;
            let mut fits = kept <= matched;
            if fits {
                matched = kept;
            }
            let mut end = if matched == 0 { 0 } else { *ends.get(matched - 1)? };
            for place in kept..kept + new {
                let id = cursor.word()?;
                if !fits {
                    continue;
                }
                let word = self.coded.word(id)?;
                fits = name.get(end..end + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word));
                if fits {
                    end += word.len();
                    *ends.get_mut(place)? = end;
                    matched = place + 1;
                }
            }
            if fits && end == name.len() {
                return Some(row);
            }
        }
        None
    }

    /// The rows whose names begin with this text in any case.
    pub(super) fn beginning(&self, head: &[u8]) -> Range<u16> {
        if head.is_empty() {
            return self.rows();
        }
        let order = |name: &[u8]| compare(name.get(..head.len()).unwrap_or(name), head);
        let start = self.first(|name| order(name) == Ordering::Less);
        let end = self.first(|name| order(name) != Ordering::Greater);
        start..end.max(start)
    }

    /// Each row of a range with its name.
    pub(super) fn each(&self, rows: Range<u16>, mut act: impl FnMut(u16, &[u8])) {
        let Some(index) = rows.start.checked_sub(self.start).filter(|_| !rows.is_empty()) else {
            return;
        };
        let Some(block) = self.first_block.checked_add(index / BLOCK) else { return };
        let Some(mut cursor) = Cursor::new(self.coded, block) else { return };
        for _ in 0..index % BLOCK {
            if cursor.next().is_none() {
                return;
            }
        }
        for row in rows {
            let Some(name) = cursor.next() else { return };
            act(row, name);
        }
    }

    /// The first row of which `is_before` no longer holds.
    fn first(&self, is_before: impl Fn(&[u8]) -> bool) -> u16 {
        let order = |name: &[u8]| if is_before(name) { Ordering::Less } else { Ordering::Greater };
        let Some(block) = self.last_block(|mut cursor| cursor.next().map(order)) else { return self.start };
        let first = self.row(block);
        let end = first.saturating_add(BLOCK).min(self.end);
        let Some(mut cursor) = Cursor::new(self.coded, block) else { return end };
        (first..end).find(|_| !cursor.next().is_some_and(&is_before)).unwrap_or(end)
    }

    /// The last block whose first name is less than what is looked for, or equal to it.
    fn last_block(&self, order: impl Fn(Cursor<'a>) -> Option<Ordering>) -> Option<u16> {
        let (mut low, mut high) = (self.first_block, self.end_block);
        while low < high {
            let middle = low + (high - low) / 2;
            match Cursor::new(self.coded, middle).and_then(&order) {
                Some(Ordering::Less) => low = middle + 1,
                Some(Ordering::Equal) => return Some(middle),
                Some(Ordering::Greater) | None => high = middle,
            }
        }
        low.checked_sub(1).filter(|block| *block >= self.first_block)
    }

    /// The row with which a block begins.
    fn row(&self, block: u16) -> u16 {
        let index = block.saturating_sub(self.first_block).saturating_mul(BLOCK);
        self.start.saturating_add(index)
    }
}

/// Whether a text fits a pattern of `*` (any text) and `?` (any character), in any case; no recursion, one point to go
/// back to.
pub(super) fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(p), text.get(t)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                back = Some((p + 1, t));
                p += 1;
            }
            (Some(wanted), Some(found)) if *wanted == b'?' || wanted.eq_ignore_ascii_case(found) => {
                p += 1;
                t += 1;
            }
            _ => match back {
                Some((after, from)) if from < text.len() => {
                    back = Some((after, from + 1));
                    (p, t) = (after, from + 1);
                }
                _ => return false,
            },
        }
    }
}
