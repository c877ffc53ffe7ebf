//! The container of a pack: a header, a table of sections, and sections of rows.
//!
//! Little endian. Bytes 0–3 `PIAM`, 4–5 the version of the layout, 6–7 the number of sections, 8–15 the FNV-1a hash of
//! everything after byte 16; then offset and length (u32 each) of every section. A section starts at a multiple of 8.
//! The table is read when the program is compiled, so nothing is left to do when it starts. Whatever a damaged pack
//! says, reading it answers `None` or nothing.

/// The version of the layout that this code reads.
pub(super) const VERSION: u16 = 1;

/// The bytes of one section.
pub(super) const fn section(pack: &[u8], index: usize) -> &[u8] {
    match find(pack, index) {
        Some(found) => found,
        None => &[],
    }
}

const fn find(pack: &[u8], index: usize) -> Option<&[u8]> {
    let Some((magic, _)) = pack.split_first_chunk::<4>() else { return None };
    if !matches!(magic, b"PIAM") {
        return None;
    }
    let (Some(version), Some(sections)) = (u16_at(pack, 4), u16_at(pack, 6)) else { return None };
    if version != VERSION || index >= sections as usize {
        return None;
    }
    let row = 16 + index * 8;
    let (Some(offset), Some(length)) = (u32_at(pack, row), u32_at(pack, row + 4)) else { return None };
    bytes(pack, offset as usize, length as usize)
}

/// `length` bytes from `offset`.
pub(super) const fn bytes(from: &[u8], offset: usize, length: usize) -> Option<&[u8]> {
    let Some((_, rest)) = from.split_at_checked(offset) else { return None };
    match rest.split_at_checked(length) {
        Some((found, _)) => Some(found),
        None => None,
    }
}

/// The integer of two bytes at `offset`.
pub(super) const fn u16_at(from: &[u8], offset: usize) -> Option<u16> {
    let Some((_, rest)) = from.split_at_checked(offset) else { return None };
    match rest.first_chunk::<2>() {
        Some(found) => Some(u16::from_le_bytes(*found)),
        None => None,
    }
}

/// The integer of four bytes at `offset`.
pub(super) const fn u32_at(from: &[u8], offset: usize) -> Option<u32> {
    let Some((_, rest)) = from.split_at_checked(offset) else { return None };
    match rest.first_chunk::<4>() {
        Some(found) => Some(u32::from_le_bytes(*found)),
        None => None,
    }
}

/// The text that a reference names: its offset in the upper 22 bits, its length in the lower 10.
pub(super) fn text(pool: &[u8], reference: u32) -> Option<&str> {
    let found = bytes(pool, (reference >> 10) as usize, (reference & 0x3ff) as usize)?;
    std::str::from_utf8(found).ok()
}

/// FNV-1a with 64 bits; damage is what it finds, not malice.
pub(super) fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
