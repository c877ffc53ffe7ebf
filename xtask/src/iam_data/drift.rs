//! What changes against the packs that this program was built with.

use std::collections::BTreeMap;

use palisade_iam::catalogue;

use super::merge::{Catalogue, LEVELS};

/// Added, removed and changed actions as a table.
pub fn table(new: &Catalogue) -> String {
    let old = old();
    let mut rows = Vec::new();
    for (prefix, service) in &new.services {
        for action in service.actions.values() {
            let full = format!("{prefix}:{}", action.name);
            let level = LEVELS.get(usize::from(action.level)).copied().unwrap_or_default();
            match old.get(&full) {
                None => rows.push(format!("added    {full} ({level})")),
                Some(before) if *before != level => {
                    rows.push(format!("level    {full}: {before} -> {level}"));
                }
                Some(_) => {}
            }
        }
    }
    let gone = |full: &String| {
        let (prefix, name) = full.split_once(':').unwrap_or_default();
        let service = new.services.get(prefix);
        service.and_then(|service| service.actions.get(&name.to_lowercase())).is_none_or(|a| a.name != name)
    };
    rows.extend(old.keys().filter(|full| gone(full)).map(|full| format!("removed  {full}")));
    let before = if old.is_empty() { "no catalogue".to_owned() } else { catalogue::date().to_owned() };
    let mut text = format!("against {before}: {} changes", rows.len());
    // the first catalogue has nothing to be compared with
    for row in rows.iter().filter(|_| !old.is_empty()) {
        text.push('\n');
        text.push_str(row);
    }
    text
}

/// The kinds of rows of which more than one in a hundred is gone.
pub fn lost(new: &Catalogue, policies: usize) -> Vec<String> {
    let old = catalogue::counts();
    let actions = |s: &super::merge::Service| s.actions.len();
    let depending =
        new.services.values().flat_map(|s| s.actions.values()).filter(|a| !a.dependents.is_empty());
    let kinds = [
        ("services", old.services, new.services.len()),
        ("actions", old.actions, new.services.values().map(actions).sum()),
        ("resource types", old.resource_types, new.services.values().map(|s| s.resource_types.len()).sum()),
        ("condition keys", old.keys, new.keys.len()),
        ("actions with dependents", old.dependents, depending.count()),
        ("managed policies", old.managed, policies),
    ];
    let fallen = kinds.iter().filter(|(_, old, new)| new * 100 < old * 99);
    fallen.map(|(kind, old, new)| format!("{kind} {old} -> {new}")).collect()
}

/// Full names of the actions known so far, with their levels.
fn old() -> BTreeMap<String, &'static str> {
    let mut found = BTreeMap::new();
    for service in catalogue::services() {
        catalogue::names(service, |action, name| {
            let level = LEVELS.get(action.level() as usize).copied().unwrap_or_default();
            found.insert(format!("{}:{name}", service.prefix()), level);
        });
    }
    found
}
