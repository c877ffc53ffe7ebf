//! The managed policies of AWS: the text of the default version, decoded when it is asked for.

use ruzstd::decoding::{Dictionary, FrameDecoder};

use super::names::{BLOCK, Coded, Names};
use super::pack::{bytes, fnv, section, text, u16_at, u32_at};

static PACK: Pack<'static> = Pack::read(include_bytes!("../../data/managed.bin"));

const ROW: usize = 8;
const FRAME: usize = 16;
/// What all ARNs begin with; texts are those of the commercial partition.
const ARN: &str = "arn:aws:iam::aws:policy";
/// No frame is larger when decoded.
const LARGEST: usize = 1 << 20;

/// The day of the newest policy, `YYYY-MM-DD`.
pub fn date() -> &'static str {
    std::str::from_utf8(PACK.date).unwrap_or_default()
}

/// How many there are.
pub fn count() -> usize {
    PACK.len()
}

/// Name and ARN of every managed policy, sorted by lower-case name.
pub fn names() -> impl Iterator<Item = (String, String)> {
    let mut found = Vec::with_capacity(PACK.len());
    PACK.each(|name, row| found.push((name.to_owned(), PACK.arn(name, row))));
    found.into_iter()
}

/// The JSON text of a policy, by its name or ARN in the commercial partition.
pub fn document(name_or_arn: &str) -> Option<String> {
    PACK.document(name_or_arn)
}

/// Calls `act` with name, ARN and JSON text of every policy, sorted by lower-case name.
pub fn all(act: impl FnMut(&str, &str, &str)) {
    PACK.all(act);
}

pub(super) struct Pack<'a> {
    date: &'a [u8],
    rows: &'a [u8],
    paths: &'a [u8],
    frames: &'a [u8],
    data: &'a [u8],
    names: Coded<'a>,
    text: &'a [u8],
}

/// Where a policy stands.
#[derive(Clone, Copy)]
struct Row {
    path: u8,
    frame: u8,
    start: usize,
    length: usize,
}

impl<'a> Pack<'a> {
    pub(super) const fn read(pack: &'a [u8]) -> Self {
        Self {
            date: section(pack, 0),
            rows: section(pack, 1),
            paths: section(pack, 2),
            frames: section(pack, 3),
            data: section(pack, 4),
            names: Coded {
                blocks: section(pack, 5),
                names: section(pack, 6),
                word_ends: section(pack, 7),
                words: section(pack, 8),
            },
            text: section(pack, 9),
        }
    }

    fn names(&self) -> Names<'a> {
        let rows = u16::try_from(self.rows.len() / ROW).unwrap_or(0);
        Names::new(self.names, 0..rows, 0..rows.div_ceil(BLOCK))
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len() / ROW
    }

    fn row(&self, index: u16) -> Option<Row> {
        let row = bytes(self.rows, usize::from(index) * ROW, ROW)?;
        let (path, frame) = (*row.first()?, *row.get(1)?);
        Some(Row { path, frame, start: u24_at(row, 2)?, length: u24_at(row, 5)? })
    }

    fn path(&self, row: Row) -> &'a str {
        let reference = u32_at(self.paths, usize::from(row.path) * 4);
        reference.and_then(|reference| text(self.text, reference)).unwrap_or_default()
    }

    fn arn(&self, name: &str, row: Row) -> String {
        format!("{ARN}{}{name}", self.path(row))
    }

    /// Calls `act` with each name and where the policy stands.
    fn each(&self, mut act: impl FnMut(&str, Row)) {
        let names = self.names();
        names.each(names.rows(), |index, name| {
            if let (Ok(name), Some(row)) = (std::str::from_utf8(name), self.row(index)) {
                act(name, row);
            }
        });
    }

    fn find(&self, name: &str) -> Option<Row> {
        let row = self.names().find(name.as_bytes())?;
        // names of policies differ by case, other than those of actions
        if self.names().name(row)? != name {
            return None;
        }
        self.row(row)
    }

    pub(super) fn document(&self, name_or_arn: &str) -> Option<String> {
        let row = match name_or_arn.strip_prefix(ARN) {
            Some(rest) => {
                let (_, name) = rest.rsplit_once('/')?;
                self.find(name).filter(|row| rest.strip_suffix(name) == Some(self.path(*row)))?
            }
            None => self.find(name_or_arn)?,
        };
        let frame = self.frame(&mut self.decoder()?, usize::from(row.frame) + 1)?;
        slice(&frame, row).map(str::to_owned)
    }

    pub(super) fn all(&self, mut act: impl FnMut(&str, &str, &str)) {
        let Some(mut decoder) = self.decoder() else { return };
        let numbers = 1..self.frames.len() / FRAME;
        let frames: Vec<_> = numbers.map(|number| self.frame(&mut decoder, number)).collect();
        self.each(|name, row| {
            let frame = frames.get(usize::from(row.frame)).and_then(Option::as_ref);
            if let Some(json) = frame.and_then(|frame| slice(frame, row)) {
                act(name, &self.arn(name, row), json);
            }
        });
    }

    /// A decoder that knows what the frames have in common, which is frame 0.
    fn decoder(&self) -> Option<FrameDecoder> {
        let mut decoder = FrameDecoder::new();
        let common = self.frame(&mut decoder, 0)?;
        decoder.add_dict(Dictionary::decode_dict(&common).ok()?).ok()?;
        Some(decoder)
    }

    fn frame(&self, decoder: &mut FrameDecoder, number: usize) -> Option<Vec<u8>> {
        let row = bytes(self.frames, number * FRAME, FRAME)?;
        let size = u32_at(row, 8)? as usize;
        let data = bytes(self.data, u32_at(row, 0)? as usize, u32_at(row, 4)? as usize)?;
        // a frame that is not what was written is not given to the decoder
        if size > LARGEST || fnv(data) & 0xffff_ffff != u64::from(u32_at(row, 12)?) {
            return None;
        }
        let mut text = vec![0; size];
        let written = decoder.decode_all(data, &mut text).ok()?;
        (written == size).then_some(text)
    }
}

fn u24_at(from: &[u8], offset: usize) -> Option<usize> {
    Some(usize::from(u16_at(from, offset)?) | (usize::from(*from.get(offset + 2)?) << 16))
}

fn slice(frame: &[u8], row: Row) -> Option<&str> {
    std::str::from_utf8(bytes(frame, row.start, row.length)?).ok()
}
