use std::net::{Ipv4Addr, Ipv6Addr};

use palisade_graph::Val;

use super::text::text;
use super::{Call, strings};

/// Functions over address blocks; `None` where the name is no such function.
pub fn call(c: &Call<'_>) -> Option<Val> {
    Some(match c.name {
        "cidrsubnet" => cidrsubnet(c),
        "cidrsubnets" => cidrsubnets(c),
        "cidrhost" => cidrhost(c),
        "cidrnetmask" => cidrnetmask(c),
        _ => return None,
    })
}

/// A block of addresses, its host bits zero.
#[derive(Debug, Clone, Copy)]
struct Block {
    start: u128,
    prefix: u32,
    /// Bits of an address: 32 or 128.
    width: u32,
}

impl Block {
    fn read(text: &str) -> Option<Block> {
        let (address, prefix) = text.split_once('/')?;
        if !prefix.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let prefix: u32 = prefix.parse().ok()?;
        let (start, width) = match address.parse::<Ipv4Addr>() {
            Ok(v4) => (u128::from(u32::from(v4)), 32),
            Err(_) => (u128::from(address.parse::<Ipv6Addr>().ok()?), 128),
        };
        (prefix <= width).then(|| Block { start: start & !low(width - prefix), prefix, width })
    }

    fn address(self, at: u128) -> String {
        if self.width == 32 {
            Ipv4Addr::from(u32::try_from(at & 0xffff_ffff).unwrap_or(u32::MAX)).to_string()
        } else {
            Ipv6Addr::from(at).to_string()
        }
    }

    fn show(self) -> String {
        format!("{}/{}", self.address(self.start), self.prefix)
    }

    fn host_bits(self) -> u32 {
        self.width - self.prefix
    }
}

/// The lowest `bits` bits.
fn low(bits: u32) -> u128 {
    1u128.checked_shl(bits).map_or(u128::MAX, |n| n - 1)
}

fn block(c: &Call<'_>) -> Option<Block> {
    text(c.arg(0)).and_then(|t| Block::read(&t))
}

fn cidrsubnet(c: &Call<'_>) -> Val {
    let (Some(block), Some(bits), Some(number)) =
        (block(c), strings::whole_number(c.arg(1)), strings::whole_number(c.arg(2)))
    else {
        return c.refused();
    };
    let (Ok(bits), Ok(number)) = (u32::try_from(bits), u128::try_from(number)) else { return c.refused() };
    let Some(prefix) = block.prefix.checked_add(bits).filter(|p| *p <= block.width) else {
        return c.refused();
    };
    if number > low(bits) {
        return c.refused();
    }
    let shifted = number.checked_shl(block.width - prefix).unwrap_or(0);
    c.string(Block { start: block.start | shifted, prefix, ..block }.show())
}

fn cidrsubnets(c: &Call<'_>) -> Val {
    let Some(parent) = block(c) else { return c.refused() };
    let end = parent.start | low(parent.host_bits());
    let mut next = Some(parent.start);
    let mut items = Vec::new();
    for argument in c.arguments.iter().skip(1) {
        let bits = strings::whole_number(argument).and_then(|n| u32::try_from(n).ok()).filter(|n| *n >= 1);
        let prefix = bits.and_then(|b| parent.prefix.checked_add(b)).filter(|p| *p <= parent.width);
        let (Some(prefix), Some(from)) = (prefix, next) else { return c.refused() };
        let size = low(parent.width - prefix);
        // Each starts at a multiple of its own size.
        let Some(start) = from.checked_add(size).map(|n| n & !size) else { return c.refused() };
        let last = start | size;
        if last > end {
            return c.refused();
        }
        next = last.checked_add(1);
        items.push(Val::str(Block { start, prefix, ..parent }.show(), c.span));
    }
    c.list(items, false)
}

fn cidrhost(c: &Call<'_>) -> Val {
    let (Some(block), Some(number)) = (block(c), strings::whole_number(c.arg(1))) else { return c.refused() };
    let most = low(block.host_bits());
    let magnitude = number.unsigned_abs();
    // Negative numbers count from the end of the block.
    let host = if number < 0 { most.checked_sub(magnitude - 1) } else { Some(magnitude) };
    match host.filter(|h| *h <= most) {
        Some(host) => c.string(block.address(block.start | host)),
        None => c.refused(),
    }
}

fn cidrnetmask(c: &Call<'_>) -> Val {
    match block(c) {
        Some(b) if b.width == 32 => c.string(b.address(u128::from(u32::MAX) & !low(b.host_bits()))),
        _ => c.refused(),
    }
}
