use palisade_graph::{Entry, List, Map, Piece, State, Val, Value};
use palisade_source::Span;
use smol_str::SmolStr;

use super::Text;
use super::places::Places;
use crate::terraform::functions::Number;

/// Reads JSON text with holes: a hole stands inside of a string, or for a whole value. One that may write
/// several elements leaves its list open. Commas behind the last element, which loops in templates leave, are
/// read over.
pub fn read(text: &Text, places: &Places, val: &Val, depth: usize) -> Option<Val> {
    let bom = if text.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader { text, places, val, depth, at: bom, hole: 0 };
    let read = reader.value(0)?;
    reader.blank();
    (reader.at == text.text.len() && reader.hole == text.holes.len()).then_some(read)
}

struct Reader<'a> {
    text: &'a Text,
    places: &'a Places,
    val: &'a Val,
    depth: usize,
    at: usize,
    hole: usize,
}

impl Reader<'_> {
    fn byte(&self) -> Option<u8> {
        if self.at_hole() { None } else { self.text.text.as_bytes().get(self.at).copied() }
    }

    fn at_hole(&self) -> bool {
        self.text.holes.get(self.hole).is_some_and(|(at, _)| *at == self.at)
    }

    fn take_hole(&mut self) -> Option<Val> {
        let (_, hole) = self.text.holes.get(self.hole).filter(|(at, _)| *at == self.at)?;
        self.hole += 1;
        Some(hole.clone())
    }

    fn blank(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.byte() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn made(&self, value: Value, start: usize) -> Val {
        Val { state: State::Known(value), span: self.span(start), via: self.val.via.clone() }
    }

    fn span(&self, start: usize) -> Span {
        self.places.span(start, self.at, self.val.span)
    }

    fn value(&mut self, depth: usize) -> Option<Val> {
        self.blank();
        if depth > self.depth {
            return None;
        }
        if self.at_hole() {
            return self.bare();
        }
        let start = self.at;
        match self.byte()? {
            b'{' => self.map(depth),
            b'[' => self.list(depth),
            b'"' => {
                let state = self.string()?;
                Some(Val { state, span: self.span(start), via: self.val.via.clone() })
            }
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => None,
        }
    }

    /// Holes and text outside of quotes: a whole value. Several beside each other are one string.
    fn bare(&mut self) -> Option<Val> {
        let start = self.at;
        let mut pieces = vec![Piece::Hole(self.take_hole()?)];
        loop {
            if let Some(hole) = self.take_hole() {
                pieces.push(Piece::Hole(hole));
                continue;
            }
            match self.byte() {
                // `${a}00` is a number.
                Some(b @ (b'0'..=b'9' | b'.')) => {
                    pieces.push(Piece::Text(char::from(b).to_string().into()));
                    self.at += 1;
                }
                _ => break,
            }
        }
        match pieces.as_slice() {
            [Piece::Hole(only)] => Some(only.clone()),
            _ => Some(crate::cloudformation::functions::concat(pieces, self.span(start), usize::MAX)),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Val> {
        let start = self.at;
        if !self.text.text.get(self.at..)?.starts_with(word) {
            return None;
        }
        self.at += word.len();
        Some(self.made(value, start))
    }

    fn number(&mut self) -> Option<Val> {
        let start = self.at;
        while matches!(self.byte(), Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let digits = self.text.text.get(start..self.at)?;
        if self.at_hole() {
            // `1${zeros}`
            let mut pieces = vec![Piece::Text(digits.into())];
            pieces.push(Piece::Hole(self.bare()?));
            return Some(crate::cloudformation::functions::concat(pieces, self.span(start), usize::MAX));
        }
        let number = Number::read(digits)?;
        Some(self.made(Value::Num(number.to_text()), start))
    }

    /// A string from its opening quote to behind its closing one.
    fn string(&mut self) -> Option<State> {
        self.at += 1;
        let mut pieces: Vec<Piece> = Vec::new();
        let mut text = String::new();
        loop {
            if let Some(hole) = self.take_hole() {
                pieces.push(Piece::Text(std::mem::take(&mut text).into()));
                pieces.push(Piece::Hole(hole));
                continue;
            }
            let next = self.text.holes.get(self.hole).map_or(self.text.text.len(), |(at, _)| *at);
            let run = self.text.text.get(self.at..next)?;
            let stop = run.find(['"', '\\']).unwrap_or(run.len());
            text.push_str(run.get(..stop)?);
            self.at += stop;
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    break;
                }
                Some(b'\\') => text.push(self.escape()?),
                _ if self.at_hole() => {}
                _ => return None,
            }
        }
        if pieces.is_empty() {
            return Some(State::Known(Value::Str(text.into())));
        }
        pieces.push(Piece::Text(text.into()));
        Some(crate::cloudformation::functions::concat(pieces, self.val.span, usize::MAX).state)
    }

    fn escape(&mut self) -> Option<char> {
        let rest = self.text.text.get(self.at + 1..)?;
        let c = rest.chars().next()?;
        self.at += 1 + c.len_utf8();
        Some(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            '"' | '\\' | '/' => c,
            'u' => {
                let high = self.four()?;
                if let 0xd800..=0xdbff = high {
                    if !self.text.text.get(self.at..)?.starts_with("\\u") {
                        return None;
                    }
                    self.at += 2;
                    let low = self.four()?.checked_sub(0xdc00).filter(|l| *l < 0x400)?;
                    char::from_u32(0x10000 + ((high - 0xd800) << 10) + low)?
                } else {
                    char::from_u32(high)?
                }
            }
            _ => return None,
        })
    }

    fn four(&mut self) -> Option<u32> {
        let digits = self.text.text.get(self.at..self.at + 4)?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn list(&mut self, depth: usize) -> Option<Val> {
        let start = self.at;
        self.at += 1;
        let (mut items, mut open) = (Vec::new(), false);
        loop {
            self.blank();
            if self.eat(b']') {
                break;
            }
            if self.eat(b',') {
                continue;
            }
            // What stands bare in a list may write any number of its elements.
            let bare = self.at_hole();
            let item = self.value(depth + 1)?;
            if bare && matches!(item.state, State::Unknown(_) | State::Partial(_)) {
                open = true;
            }
            items.push(item);
            self.blank();
            if !matches!(self.byte(), Some(b',' | b']')) && !self.at_hole() {
                // Behind what wrote several, the next may follow without a comma of its own.
                if bare && self.byte().is_some() {
                    continue;
                }
                return None;
            }
        }
        Some(self.made(Value::List(List { items, open }.into()), start))
    }

    fn map(&mut self, depth: usize) -> Option<Val> {
        let start = self.at;
        self.at += 1;
        let mut entries: indexmap::IndexMap<SmolStr, Entry> = indexmap::IndexMap::new();
        let mut open = false;
        loop {
            self.blank();
            if self.eat(b'}') {
                break;
            }
            if self.eat(b',') {
                continue;
            }
            // A hole between entries writes any number of them.
            if self.take_hole().is_some() {
                open = true;
                continue;
            }
            let key_at = self.at;
            if self.byte() != Some(b'"') {
                return None;
            }
            let key = self.string()?;
            let key_span = self.span(key_at);
            self.blank();
            if !self.eat(b':') {
                return None;
            }
            let val = self.value(depth + 1)?;
            match key {
                State::Known(Value::Str(key)) => {
                    // The last of a repeated key holds.
                    entries.insert(key.clone(), Entry { key, key_span, val });
                }
                partial => {
                    // A condition's variable may have a hole in its name: it is kept as it is shown.
                    let key = Val::new(partial, key_span).display();
                    entries.insert(key.clone(), Entry { key, key_span, val });
                }
            }
            self.blank();
            if !matches!(self.byte(), Some(b',' | b'}')) && !self.at_hole() {
                return None;
            }
        }
        let map = Map { entries: entries.into_values().collect(), open };
        Some(self.made(Value::Map(map.into()), start))
    }
}
