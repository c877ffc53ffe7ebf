use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;

/// A file of a [`Store`]; only meaningful together with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A byte range `[start, end)` of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of no file: the value was not written anywhere (a platform default).
    pub const NONE: Span = Span { file: FileId(u32::MAX), start: 0, end: 0 };

    /// A span from its parts.
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// Whether the span points into a file.
    pub fn is_some(self) -> bool {
        self.file.0 != u32::MAX
    }

    /// This span, or `other` where this one points nowhere.
    #[must_use]
    pub fn or(self, other: Span) -> Span {
        if self.is_some() { self } else { other }
    }

    /// Whether `other` lies inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// A place for people: line and column start at 1, the column counts Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
    /// Byte offset, from 0.
    pub offset: u32,
}

/// Byte offsets of the line starts of one text.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Index of `text`. A line ends with LF, CRLF or a lone CR, as in YAML.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (i, &b) in bytes.iter().enumerate() {
            let ends = b == b'\n' || (b == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
            if ends {
                starts.push(u32::try_from(i + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    /// Number of lines.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// Position of a byte offset of the indexed text; offsets beyond the end answer the end.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let mut at = (offset as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.starts.partition_point(|&s| s as usize <= at).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0) as usize;
        let column = text.get(start..at).map_or(0, |s| s.chars().count());
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
            offset: u32::try_from(at).unwrap_or(u32::MAX),
        }
    }

    /// Byte offset at which a line (from 1) starts.
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }
}

/// One file, kept as it was written.
#[derive(Debug)]
pub struct SourceFile {
    /// Path relative to the scan root, with `/`.
    pub path: SmolStr,
    /// Whole text as UTF-8, without a byte-order mark being removed.
    pub text: Arc<str>,
    /// Whether the text was converted from UTF-16: offsets refer to the converted text.
    pub converted: bool,
    index: OnceLock<LineIndex>,
}

impl SourceFile {
    /// A file from its parts.
    pub fn new(path: impl Into<SmolStr>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), converted: false, index: OnceLock::new() }
    }

    /// Line index, computed when first asked.
    pub fn index(&self) -> &LineIndex {
        self.index.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Position of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        self.index().position(&self.text, offset)
    }

    /// The file with some byte ranges made unreadable, each byte offset staying right. Of a range below 16 bytes
    /// the rest of its line goes too, so that its length is not told.
    #[must_use]
    pub fn masked(&self, ranges: &[(u32, u32)]) -> SourceFile {
        let mut bytes = self.text.as_bytes().to_vec();
        for &(start, end) in ranges {
            let (start, end) = (start as usize, (end as usize).min(bytes.len()));
            let short = end.saturating_sub(start) < 16;
            let Some(range) = bytes.get_mut(start..end) else { continue };
            for (n, byte) in range.iter_mut().enumerate() {
                if !matches!(*byte, b'\n' | b'\r') {
                    *byte = if short && n >= 6 { b' ' } else { b'*' };
                }
            }
            if short {
                let rest = bytes.get_mut(end..).unwrap_or_default();
                for byte in rest.iter_mut().take_while(|b| !matches!(**b, b'\n' | b'\r')) {
                    *byte = b' ';
                }
            }
        }
        // Ranges are of whole characters, and every byte became one of ASCII.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self { path: self.path.clone(), text: text.into(), converted: self.converted, index: OnceLock::new() }
    }

    /// The text of a byte range, empty where the range is not one of characters.
    pub fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }
}

/// The files of one application, in the order in which they were read.
#[derive(Debug, Default, Clone)]
pub struct Store {
    files: Vec<Arc<SourceFile>>,
    by_path: HashMap<SmolStr, FileId>,
}

impl Store {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or finds the one of the same path.
    pub fn add(&mut self, file: Arc<SourceFile>) -> FileId {
        if let Some(id) = self.find(&file.path) {
            return id;
        }
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.by_path.insert(file.path.clone(), id);
        self.files.push(file);
        id
    }

    /// The file of a path.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// A file by id; `None` for the id of [`Span::NONE`].
    pub fn get(&self, id: FileId) -> Option<&Arc<SourceFile>> {
        self.files.get(id.0 as usize)
    }

    /// The text a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).map_or("", |f| f.slice(span.start, span.end))
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &Arc<SourceFile>)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(u32::try_from(i).unwrap_or(u32::MAX)), f))
    }
}

/// Why the text of a file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Larger than the limit.
    #[error("larger than the limit of {limit} bytes ({size} bytes)")]
    TooLarge {
        /// Size found.
        size: u64,
        /// Size allowed.
        limit: u64,
    },
    /// Neither UTF-8 nor UTF-16 with a mark.
    #[error("not UTF-8: invalid byte at offset {0}")]
    Encoding(usize),
    /// A folder, device, pipe or socket.
    #[error("not a regular file")]
    NotAFile,
    /// The operating system refused.
    #[error("{0}")]
    Io(String),
}

/// Reads a whole file as text: UTF-8 with or without mark, or UTF-16 with mark (converted).
pub fn read_text(path: &Path, limit: u64) -> Result<(Arc<str>, bool), ReadError> {
    let io = |e: std::io::Error| ReadError::Io(io_words(&e));
    let meta = std::fs::metadata(path).map_err(io)?;
    if !meta.is_file() {
        return Err(ReadError::NotAFile);
    }
    if meta.len() > limit {
        return Err(ReadError::TooLarge { size: meta.len(), limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 1);
    std::fs::File::open(path).map_err(io)?.take(limit + 1).read_to_end(&mut bytes).map_err(io)?;
    let size = bytes.len() as u64;
    if size > limit {
        return Err(ReadError::TooLarge { size, limit });
    }
    decode(bytes)
}

fn decode(bytes: Vec<u8>) -> Result<(Arc<str>, bool), ReadError> {
    let wide = match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => Some((rest, true)),
        [0xFE, 0xFF, rest @ ..] => Some((rest, false)),
        _ => None,
    };
    if let Some((rest, little)) = wide {
        let units = rest.chunks(2).map(|c| match (c, little) {
            ([a, b], true) => u16::from_le_bytes([*a, *b]),
            ([a, b], false) => u16::from_be_bytes([*a, *b]),
            _ => 0xFFFD,
        });
        let text: Result<String, _> = char::decode_utf16(units).collect();
        return text.map(|t| (t.into(), true)).map_err(|_| ReadError::Encoding(0));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok((text.into(), false)),
        Err(e) => Err(ReadError::Encoding(e.utf8_error().valid_up_to())),
    }
}

fn io_words(e: &std::io::Error) -> String {
    match e.kind() {
        std::io::ErrorKind::NotFound => "file not found".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => e.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_text_keeps_its_offsets_and_tells_no_short_length() {
        let text = "a: \"hunter2\" # mine\nb: 0123456789abcdef, c: 1\n";
        let file = SourceFile::new("f", text);
        let masked = file.masked(&[(3, 12), (23, 39)]);
        assert_eq!(&*masked.text, "a: ******          \nb: ****************, c: 1\n");
        assert_eq!(masked.text.len(), text.len());
    }

    #[test]
    fn ranges_outside_of_the_text_are_harmless() {
        let file = SourceFile::new("f", "ä: x\n");
        assert_eq!(&*file.masked(&[(400, 500), (3, 2)]).text, "ä: x\n");
    }
}
