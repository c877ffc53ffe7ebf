//! Writes the catalogue as a pack.
//!
//! | section | content |
//! | --- | --- |
//! | 0 | date |
//! | 1 | services: prefix, title, first action, first block of names, first resource type, list of keys, flags; one row more says where the last one ends |
//! | 2 | where each block of names begins |
//! | 3 | names: kept and new words in one byte, then ids of the new words |
//! | 4, 5 | where each word ends, words |
//! | 6, 7 | the shape of each action; shapes: flags, list of resource types, list of keys |
//! | 8 | lists, named by their place: length and members |
//! | 9 | resource types: name, formats, list of keys |
//! | 10, 11 | keys: name, flags; which of them are patterns |
//! | 12 | dependents: action, list of actions |
//! | 13 | texts |

use std::collections::BTreeMap;

use super::container::{Texts, pack, u16};
use super::merge::{Catalogue, TYPES};
use super::names::Names;

/// Writes the catalogue as a pack.
pub fn encode(catalogue: &Catalogue) -> Result<Vec<u8>, String> {
    let mut texts = Texts::default();
    let mut lists = Lists { bytes: vec![0, 0], known: BTreeMap::new() };
    let every = catalogue.services.values().flat_map(|service| service.actions.values());
    let mut names = Names::new(every.map(|action| action.name.as_str()))?;
    let mut rows = BTreeMap::new();
    for (prefix, service) in &catalogue.services {
        for name in service.actions.keys() {
            rows.insert(format!("{prefix}:{name}"), rows.len());
        }
    }
    let keys: BTreeMap<&str, usize> = catalogue.keys.keys().map(String::as_str).zip(0..).collect();
    let key_list = |lists: &mut Lists, names: &mut dyn Iterator<Item = &String>| {
        let members: Vec<usize> = names.filter_map(|name| keys.get(name.as_str()).copied()).collect();
        lists.add(members)
    };
    let (mut services, mut actions) = (vec![], vec![]);
    let (mut shapes, mut known_shapes) = (vec![], BTreeMap::new());
    let (mut resources, mut dependents) = (vec![], vec![]);
    let (mut first_action, mut first_resource) = (0, 0);
    for (prefix, service) in &catalogue.services {
        services.extend(texts.add(prefix)?);
        services.extend(texts.add(&service.title)?);
        services.extend(u16(first_action)?);
        services.extend(u16(names.blocks())?);
        services.extend(u16(first_resource)?);
        services.extend(key_list(&mut lists, &mut service.keys.iter())?);
        services.extend([u8::from(service.rcp), 0]);
        names.add(service.actions.values().map(|action| action.name.as_str()))?;
        let types: BTreeMap<&String, usize> = service.resource_types.keys().zip(first_resource..).collect();
        for (name, action) in &service.actions {
            let accepted = action.resource_types.iter().filter_map(|(name, required)| {
                types.get(name).map(|row| row | if *required { 0x8000 } else { 0 })
            });
            let mut shape = vec![action.level | (action.published << 3) | (u8::from(action.retired) << 7)];
            shape.extend(lists.add(accepted.collect())?);
            shape.extend(key_list(&mut lists, &mut action.keys.iter())?);
            let next = known_shapes.len();
            let id = *known_shapes.entry(shape.clone()).or_insert(next);
            if id == next {
                shapes.extend(shape);
            }
            actions.extend(u16(id)?);
            let needed: Vec<usize> =
                action.dependents.iter().filter_map(|full| rows.get(full).copied()).collect();
            if !needed.is_empty() {
                let Some(row) = rows.get(&format!("{prefix}:{name}")) else { continue };
                dependents.extend(u16(*row)?);
                dependents.extend(lists.add(needed)?);
            }
        }
        for resource in service.resource_types.values() {
            resources.extend(texts.add(&resource.name)?);
            let formats: Vec<String> = resource.formats.iter().map(|format| short(prefix, format)).collect();
            resources.extend(texts.add(&formats.join("\n"))?);
            resources.extend(key_list(&mut lists, &mut resource.keys.iter())?);
        }
        first_action += service.actions.len();
        first_resource += service.resource_types.len();
    }
    if first_resource >= 0x8000 {
        return Err(format!("{first_resource} resource types do not fit in 15 bits"));
    }
    services.extend([0; 8]);
    services.extend(u16(first_action)?);
    services.extend(u16(names.blocks())?);
    services.extend(u16(first_resource)?);
    services.extend([0; 4]);
    let (mut key_rows, mut patterns) = (vec![], vec![]);
    for (row, key) in catalogue.keys.values().enumerate() {
        key_rows.extend(texts.add(&key.name)?);
        let second = key.second.and_then(|kind| TYPES.get(usize::from(kind)));
        let (numeric, arn) = (second == Some(&"Numeric"), second == Some(&"ARN"));
        if second.is_some() && !numeric && !arn {
            return Err(format!("`{}`: a second type is a number or an ARN", key.name));
        }
        let flags = [(key.array, 8), (key.holes() > 0, 16), (key.global, 32), (numeric, 64), (arn, 128)];
        key_rows.push(flags.iter().filter(|(set, _)| *set).fold(key.kind, |all, (_, bit)| all | bit));
        if key.holes() > 0 {
            patterns.extend(u16(row)?);
        }
    }
    let date = catalogue.date.clone().into_bytes();
    pack(&[
        date,
        services,
        names.blocks,
        names.bytes,
        names.word_ends,
        names.words,
        actions,
        shapes,
        lists.bytes,
        resources,
        key_rows,
        patterns,
        dependents,
        texts.bytes,
    ])
}

/// A form of an ARN with a mark for a common beginning, as `crates/iam/src/catalogue/resource.rs` spells it out.
fn short(prefix: &str, format: &str) -> String {
    let places = ["${Region}:${Account}", ":${Account}", "${Region}:", ":"];
    let found = ('\u{1}'..).zip(places).find_map(|(mark, place)| {
        Some((mark, format.strip_prefix(&format!("arn:${{Partition}}:{prefix}:{place}:"))?))
    });
    found.map_or_else(|| format.to_owned(), |(mark, rest)| format!("{mark}{rest}"))
}

/// Lists of integers, each once and named by its place.
struct Lists {
    bytes: Vec<u8>,
    known: BTreeMap<Vec<usize>, [u8; 2]>,
}

impl Lists {
    fn add(&mut self, members: Vec<usize>) -> Result<[u8; 2], String> {
        if members.is_empty() {
            return Ok([0, 0]);
        }
        if let Some(id) = self.known.get(&members) {
            return Ok(*id);
        }
        let id = u16(self.bytes.len() / 2)?;
        self.bytes.extend(u16(members.len())?);
        for member in &members {
            self.bytes.extend(u16(*member)?);
        }
        self.known.insert(members, id);
        Ok(id)
    }
}
