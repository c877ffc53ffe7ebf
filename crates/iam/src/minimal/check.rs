//! Whether documents together mean over the catalogue what one means: read back from their text alone.

use std::collections::{BTreeMap, BTreeSet};

use super::known::{Set, resolve};
use super::sheet::Sheet;

/// What is listed under one effect, principal, resource and condition.
#[derive(Debug, Default, PartialEq, Eq)]
struct Listed {
    known: Set,
    unknown: BTreeSet<String>,
}

/// `Action` lists of equal surroundings add up; `NotAction` lists do not.
fn meaning<'a>(
    sheets: impl IntoIterator<Item = &'a Sheet>,
) -> (BTreeMap<String, Listed>, Vec<(String, Listed)>) {
    let (mut added, mut apart) = (BTreeMap::<String, Listed>::new(), Vec::<(String, Listed)>::new());
    for row in sheets.into_iter().flat_map(|sheet| &sheet.statements) {
        let found = resolve(row.actions.iter().map(String::as_str));
        let unknown = found.unmatched.iter().map(|pattern| pattern.to_ascii_lowercase());
        if row.element() == Some("Action") {
            let listed = added.entry(row.meaning()).or_default();
            listed.known.add(&found.set);
            listed.unknown.extend(unknown);
        } else {
            apart.push((row.meaning(), Listed { known: found.set, unknown: unknown.collect() }));
        }
    }
    (added, apart)
}

/// Statement by statement: the same lists under the same surroundings.
pub(super) fn equal(one: &Sheet, many: &[Sheet]) -> bool {
    let (added, apart) = meaning([one]);
    let (other_added, other_apart) = meaning(many);
    let within = |a: &[(String, Listed)], b: &[(String, Listed)]| a.iter().all(|row| b.contains(row));
    added == other_added && within(&apart, &other_apart) && within(&other_apart, &apart)
}
