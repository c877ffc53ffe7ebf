//! The container of a pack, as `crates/iam/src/catalogue/pack.rs` reads it.

use std::collections::BTreeMap;

/// The version of the layout.
const VERSION: u16 = 1;

/// Puts sections into one pack.
pub fn pack(sections: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    let mut table = Vec::new();
    let mut body = Vec::new();
    let start = aligned(16 + sections.len() * 8);
    for section in sections {
        body.resize(aligned(body.len()), 0);
        table.extend(u32(start + body.len())?);
        table.extend(u32(section.len())?);
        body.extend(section);
    }
    table.resize(start - 16, 0);
    table.extend(body);
    let mut all = b"PIAM".to_vec();
    all.extend(VERSION.to_le_bytes());
    all.extend(u16(sections.len())?);
    all.extend(fnv(&table).to_le_bytes());
    all.extend(table);
    Ok(all)
}

fn aligned(length: usize) -> usize {
    length.next_multiple_of(8)
}

/// FNV-1a with 64 bits.
pub fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// An integer of two bytes, or why it is not one.
pub fn u16(number: usize) -> Result<[u8; 2], String> {
    let number = u16::try_from(number).map_err(|_| format!("{number} does not fit in 16 bits"))?;
    Ok(number.to_le_bytes())
}

/// An integer of four bytes, or why it is not one.
pub fn u32(number: usize) -> Result<[u8; 4], String> {
    let number = u32::try_from(number).map_err(|_| format!("{number} does not fit in 32 bits"))?;
    Ok(number.to_le_bytes())
}

/// Texts, each once; a reference holds the offset in its upper 22 bits and the length in its lower 10.
#[derive(Default)]
pub struct Texts {
    pub bytes: Vec<u8>,
    known: BTreeMap<String, [u8; 4]>,
}

impl Texts {
    /// The reference to a text, which is added if it is new.
    pub fn add(&mut self, text: &str) -> Result<[u8; 4], String> {
        if let Some(reference) = self.known.get(text) {
            return Ok(*reference);
        }
        let offset = self.bytes.len();
        if offset >= 1 << 22 || text.len() >= 1 << 10 {
            return Err(format!("`{text}` does not fit in the pool of texts"));
        }
        let reference = u32((offset << 10) | text.len())?;
        self.bytes.extend(text.as_bytes());
        self.known.insert(text.to_owned(), reference);
        Ok(reference)
    }
}
