use palisade_graph::{Piece, State, Val, Value};
use smol_str::SmolStr;

/// Text of a value that converts to a string; a list or map can only be what `jsonencode` answered, so it is
/// its JSON.
pub fn text(val: &Val) -> Option<SmolStr> {
    match &val.state {
        State::Known(Value::Null) => None,
        State::Known(Value::List(_) | Value::Map(_)) => super::reason(val).is_none().then(|| val.display()),
        State::Known(_) => Some(val.display()),
        _ => None,
    }
}

/// A value as pieces of a string; `None` for `null`.
pub fn pieces(val: &Val) -> Option<Vec<Piece>> {
    match &val.state {
        State::Known(Value::Null) => None,
        State::Known(Value::List(_) | Value::Map(_)) => {
            let mut out = Out::default();
            json(val, &mut out);
            Some(out.finish())
        }
        State::Known(_) => Some(vec![Piece::Text(val.display())]),
        State::Partial(pieces) => Some(pieces.to_vec()),
        _ => Some(vec![Piece::Hole(val.clone())]),
    }
}

/// Text and holes, neighbouring texts as one.
#[derive(Default)]
pub struct Out {
    pieces: Vec<Piece>,
    text: String,
}

impl Out {
    /// Adds text.
    pub fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds a value's pieces.
    pub fn val(&mut self, val: &Val) {
        for piece in pieces(val).unwrap_or_default() {
            match piece {
                Piece::Text(t) => self.text.push_str(&t),
                Piece::Hole(v) => self.hole(v),
            }
        }
    }

    /// Adds a hole.
    pub fn hole(&mut self, val: Val) {
        self.flush();
        self.pieces.push(Piece::Hole(val));
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.text).into()));
        }
    }

    /// All pieces.
    pub fn finish(mut self) -> Vec<Piece> {
        self.flush();
        self.pieces
    }
}

/// Writes a value as JSON whose holes stand inside of strings, or for whole values.
pub fn json(val: &Val, out: &mut Out) {
    match &val.state {
        State::Known(Value::Null) => out.text("null"),
        State::Known(Value::Bool(_) | Value::Num(_)) => out.text(&val.display()),
        State::Known(Value::Str(s)) => {
            out.text("\"");
            out.text(&escaped(s));
            out.text("\"");
        }
        State::Known(Value::List(l)) => {
            out.text("[");
            for (n, item) in l.items.iter().enumerate() {
                if n > 0 {
                    out.text(",");
                }
                json(item, out);
            }
            if l.open {
                out.text(if l.items.is_empty() { "" } else { "," });
                out.hole(more(val));
            }
            out.text("]");
        }
        State::Known(Value::Map(m)) => {
            out.text("{");
            for (n, entry) in m.entries.iter().enumerate() {
                if n > 0 {
                    out.text(",");
                }
                out.text("\"");
                out.text(&escaped(&entry.key));
                out.text("\":");
                json(&entry.val, out);
            }
            if m.open {
                out.text(if m.entries.is_empty() { "" } else { "," });
                out.hole(more(val));
            }
            out.text("}");
        }
        State::Partial(pieces) => {
            out.text("\"");
            for piece in pieces.iter() {
                match piece {
                    Piece::Text(t) => out.text(&escaped(t)),
                    Piece::Hole(v) => out.hole(v.clone()),
                }
            }
            out.text("\"");
        }
        State::Ref(_) => {
            out.text("\"");
            out.hole(val.clone());
            out.text("\"");
        }
        State::Unknown(_) => out.hole(val.clone()),
    }
}

/// The rest of an open collection.
fn more(val: &Val) -> Val {
    let reason = super::reason(val).unwrap_or(palisade_graph::Reason::KnownAfterApply);
    Val::unknown(reason, "more", val.span)
}

/// Text as it stands between the quotes of a JSON string.
pub fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"')).unwrap_or(&quoted).to_owned()
}
