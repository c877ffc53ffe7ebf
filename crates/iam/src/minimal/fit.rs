//! As few documents as a limit allows, and for these as few wildcards as it forces.

use std::cmp::Reverse;
use std::ops::Range;

use super::plan::Plan;
use super::sheet::Sheet;
use super::{Limits, MinimalError, Shrunk};

/// Values of a block's list that stand in one document.
#[derive(Debug, Clone)]
struct Piece {
    block: usize,
    items: Range<usize>,
    size: usize,
}

pub(super) fn fit(sheet: &Sheet, limits: Limits) -> Result<Shrunk, MinimalError> {
    let mut plan = Plan::new(sheet, limits.wildcards);
    let most = if sheet.names_principals() { 1 } else { limits.documents };
    let frame = sheet.frame();
    let one = |plan: &mut Plan<'_>, count: usize| {
        plan.apply(count);
        whole(plan, frame) <= limits.characters
    };
    let prefixes = plan.moves();
    if one(&mut plan, prefixes) {
        let count = least(0, prefixes, |count| one(&mut plan, count));
        return Ok(written(sheet, &mut plan, count, None));
    }
    if limits.wildcards {
        plan.offer_middles();
    }
    let all = plan.moves();
    if one(&mut plan, all) {
        let count = least(prefixes, all, |count| one(&mut plan, count));
        return Ok(written(sheet, &mut plan, count, None));
    }
    // two brackets, should the one statement become several
    let room = limits.characters.saturating_sub(frame.max(sheet.frame_of_list()));
    let documents = |plan: &mut Plan<'_>, count: usize| {
        plan.apply(count);
        pack(plan, room)
    };
    match documents(&mut plan, all).map(|packed| packed.len()) {
        Some(fewest) if fewest <= most => {
            let enough = |packed: Option<Vec<_>>| packed.is_some_and(|packed| packed.len() <= fewest);
            let count = least(0, all, |count| enough(documents(&mut plan, count)));
            let packed = documents(&mut plan, count);
            Ok(written(sheet, &mut plan, count, packed))
        }
        _ => {
            plan.apply(all);
            let mut largest: Vec<(String, usize)> = plan
                .blocks
                .iter()
                .enumerate()
                .map(|(place, block)| {
                    let name = block.row.sid().map_or(format!("statement {place}"), |sid| format!("`{sid}`"));
                    (name, block.size())
                })
                .collect();
            largest.sort_by_key(|(_, size)| Reverse(*size));
            largest.truncate(3);
            let size = whole(&plan, frame);
            Err(MinimalError::TooLong { size, limit: limits.characters, documents: most, largest })
        }
    }
}

/// Characters of one document that holds everything.
fn whole(plan: &Plan<'_>, frame: usize) -> usize {
    let sizes: usize = plan.blocks.iter().map(|block| block.size() + 1).sum();
    frame + sizes.saturating_sub(1)
}

/// The smallest count in `low..=high` for which the answer is yes; it is yes at `high`.
fn least(low: usize, high: usize, mut yes: impl FnMut(usize) -> bool) -> usize {
    let (mut low, mut high) = (low, high);
    while low < high {
        let middle = low + (high - low) / 2;
        if yes(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    high
}

/// First fit, largest first; a statement that no document can hold is cut. `None` if one cannot be cut far
/// enough.
fn pack(plan: &Plan<'_>, room: usize) -> Option<Vec<Vec<Piece>>> {
    let mut pieces = Vec::new();
    for block in 0..plan.blocks.len() {
        cut(plan, block, room, &mut pieces)?;
    }
    pieces.sort_by_key(|piece| (Reverse(piece.size), piece.block, piece.items.start));
    let mut documents: Vec<(usize, Vec<Piece>)> = Vec::new();
    for piece in pieces {
        // two pieces of one statement would bear one Sid
        let place = documents.iter_mut().find(|(used, held)| {
            used + 1 + piece.size <= room && held.iter().all(|other| other.block != piece.block)
        });
        match place {
            Some((used, held)) => {
                *used += 1 + piece.size;
                held.push(piece);
            }
            None => documents.push((piece.size, vec![piece])),
        }
    }
    let sorted = documents.into_iter().map(|(_, mut held)| {
        held.sort_by_key(|piece| piece.block);
        held
    });
    Some(sorted.collect())
}

fn cut(plan: &Plan<'_>, block: usize, room: usize, out: &mut Vec<Piece>) -> Option<()> {
    let b = plan.blocks.get(block)?;
    let lengths = b.lengths();
    let size = b.size_of(&lengths);
    if size <= room {
        out.push(Piece { block, items: 0..lengths.len(), size });
        return Some(());
    }
    if !b.divides() || lengths.len() < 2 {
        return None;
    }
    let mut start = 0;
    while start < lengths.len() {
        let fits = |end: usize| lengths.get(start..end).is_some_and(|part| b.size_of(part) <= room);
        if !fits(start + 1) {
            return None;
        }
        // more values are never shorter
        let (mut low, mut high) = (start + 1, lengths.len());
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if fits(middle) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        let size = b.size_of(lengths.get(start..low)?);
        out.push(Piece { block, items: start..low, size });
        start = low;
    }
    Some(())
}

fn written(sheet: &Sheet, plan: &mut Plan<'_>, count: usize, packed: Option<Vec<Vec<Piece>>>) -> Shrunk {
    plan.apply(count);
    let lists: Vec<_> = plan.blocks.iter().map(super::plan::Block::items).collect();
    let packed = packed.unwrap_or_else(|| {
        let all = lists.iter().enumerate();
        vec![all.map(|(block, items)| Piece { block, items: 0..items.len(), size: 0 }).collect()]
    });
    let mut wildcards: Vec<String> =
        lists.iter().flatten().filter(|item| item.wildcard).map(|item| item.text.clone()).collect();
    wildcards.sort();
    wildcards.dedup();
    let documents = packed.into_iter().map(|pieces| {
        let rows = pieces.into_iter().filter_map(|piece| {
            let items = lists.get(piece.block)?.get(piece.items)?;
            let actions = items.iter().map(|item| item.text.clone()).collect();
            Some(plan.blocks.get(piece.block)?.row.with(actions))
        });
        sheet.with(rows.collect())
    });
    Shrunk { documents: documents.collect(), wildcards }
}
