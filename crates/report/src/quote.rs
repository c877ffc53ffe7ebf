use annotate_snippets::Level;
use palisade_source::{SourceFile, Span};

use crate::Options;
use crate::draw::{Drawing, Mark, Masks, draw};

/// A place of a file that an answer quotes.
#[derive(Debug, Clone)]
pub struct Quoted<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// Where in it.
    pub span: Span,
    /// Words at it.
    pub text: &'a str,
}

/// What an answer quotes: a word, a line, and places, the first of which counts most.
#[derive(Debug, Clone)]
pub struct Quote<'a> {
    /// `allows`, `denies`…
    pub word: &'a str,
    /// Whether it is what stops.
    pub stops: bool,
    /// One line.
    pub message: &'a str,
    /// The places.
    pub places: Vec<Quoted<'a>>,
}

/// Draws what an answer quotes as a finding is drawn, with a line break at the end.
pub fn quote(quote: &Quote<'_>, options: &Options) -> String {
    let mut places: Vec<(&str, Option<&SourceFile>, Vec<Mark<'_>>)> = Vec::new();
    for (n, place) in quote.places.iter().enumerate() {
        let at = place.file.position(place.span.start);
        let mark = Mark {
            start: place.span.start as usize,
            end: place.span.end as usize,
            line: at.line,
            column: at.column,
            text: place.text,
            primary: n == 0,
        };
        let path = place.file.path.as_str();
        match places.iter_mut().find(|(known, ..)| *known == path) {
            Some((.., marks)) => marks.push(mark),
            None => places.push((path, Some(place.file), vec![mark])),
        }
    }
    let base = if quote.stops { Level::ERROR } else { Level::NOTE };
    let level = base.with_name(quote.word);
    let drawing = Drawing { level, id: "", message: quote.message, places, notes: Vec::new() };
    let mut out = draw(&drawing, &Masks::default(), options);
    out.push('\n');
    out
}
