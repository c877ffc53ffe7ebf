//! Makes one catalogue of the two.
//!
//! The first decides what exists; what only the second has is kept as retired. Dependents and a level of permissions
//! management come from the second.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::read::{SecondAction, Service as Read, Sources, entries, word, words};

/// The catalogue; everything is keyed by lower-case names.
pub struct Catalogue {
    pub date: String,
    pub services: BTreeMap<String, Service>,
    pub keys: BTreeMap<String, Key>,
}

/// A service.
#[derive(Default)]
pub struct Service {
    pub title: String,
    pub rcp: bool,
    pub actions: BTreeMap<String, Action>,
    pub resource_types: BTreeMap<String, ResourceType>,
    pub keys: BTreeSet<String>,
}

/// An action.
pub struct Action {
    pub name: String,
    pub level: u8,
    /// The level that AWS prints.
    pub published: u8,
    pub retired: bool,
    /// With whether it is required.
    pub resource_types: BTreeMap<String, bool>,
    pub keys: BTreeSet<String>,
    /// Full names.
    pub dependents: BTreeSet<String>,
}

/// A resource type.
pub struct ResourceType {
    pub name: String,
    pub formats: Vec<String>,
    pub keys: BTreeSet<String>,
}

/// A condition key.
pub struct Key {
    pub name: String,
    pub kind: u8,
    /// A second type that its values may have.
    pub second: Option<u8>,
    pub array: bool,
    pub global: bool,
}

impl Key {
    /// How many parts of the name stand for any text.
    pub fn holes(&self) -> usize {
        self.name.matches("${").count() + self.name.matches('<').count()
    }
}

/// Levels by the codes of the pack.
pub const LEVELS: [&str; 5] = ["List", "Read", "Write", "Permissions management", "Tagging"];
const PERMISSIONS: u8 = 3;
/// Types by the codes of the pack.
pub const TYPES: [&str; 7] = ["String", "Numeric", "Date", "Bool", "IPAddress", "ARN", "Binary"];

/// Makes one catalogue of the sources.
pub fn merge(sources: &Sources, global_keys: &Path) -> Result<Catalogue, String> {
    let mut catalogue =
        Catalogue { date: sources.date.clone(), services: BTreeMap::new(), keys: BTreeMap::new() };
    globals(global_keys, &mut catalogue.keys)?;
    for (prefix, read) in &sources.services {
        let service = service(prefix, read, &mut catalogue.keys).map_err(|e| format!("{prefix}: {e}"))?;
        catalogue.services.insert(prefix.clone(), service);
    }
    for (prefix, second) in &sources.second {
        let service = catalogue.services.entry(prefix.clone()).or_default();
        if service.title.is_empty() {
            service.title.clone_from(&second.title);
        }
        for action in &second.actions {
            add(service, action, &catalogue.keys).map_err(|e| format!("{prefix}:{}: {e}", action.name))?;
        }
    }
    check(&catalogue)?;
    Ok(catalogue)
}

fn globals(file: &Path, keys: &mut BTreeMap<String, Key>) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    for line in text.lines().skip(1) {
        let mut cells = line.split('\t');
        let (Some(name), Some(kind), Some(array)) = (cells.next(), cells.next(), cells.next()) else {
            return Err(format!("{}: `{line}` has not three cells", file.display()));
        };
        let (kind, second) = match kind.split_once(", ") {
            Some((first, second)) => (kind_of(first)?, Some(kind_of(second)?)),
            None => (kind_of(kind)?, None),
        };
        let key = Key { name: name.to_owned(), kind, second, array: array == "yes", global: true };
        keys.insert(name.to_lowercase(), key);
    }
    Ok(())
}

fn service(prefix: &str, read: &Read, keys: &mut BTreeMap<String, Key>) -> Result<Service, String> {
    let mut service = Service { title: read.title.clone(), rcp: read.rcp, ..Service::default() };
    for (lower, key) in entries(&read.keys) {
        service.keys.insert(lower.clone());
        let kind = word(key, "type")?;
        let scalar = kind.strip_prefix("ArrayOf").unwrap_or(&kind);
        let row = Key {
            name: word(key, "key")?,
            kind: kind_of(scalar)?,
            second: None,
            array: scalar.len() != kind.len(),
            global: false,
        };
        // where services differ about a key, the service of its own prefix is right
        let own = lower.split(':').next() == Some(prefix);
        match keys.get(lower) {
            None => _ = keys.insert(lower.clone(), row),
            Some(known) if own && !known.global => _ = keys.insert(lower.clone(), row),
            Some(_) => {}
        }
    }
    for (lower, read) in entries(&read.resource_types) {
        let formats = word(read, "arn")?.split(", ").map(str::to_owned).collect();
        let keys = read.get("conditionKeys").map(lower_words).unwrap_or_default();
        service
            .resource_types
            .insert(lower.clone(), ResourceType { name: word(read, "key")?, formats, keys });
    }
    for (lower, action) in entries(&read.actions) {
        let level = level(&word(action, "accessLevel")?)?;
        let mut row = Action {
            name: word(action, "name")?,
            level,
            published: level,
            retired: false,
            resource_types: BTreeMap::new(),
            keys: action.get("conditionKeys").map(lower_words).unwrap_or_default(),
            dependents: action.get("dependentActions").map(lower_words).unwrap_or_default(),
        };
        for read in action.get("resourceTypes").and_then(Value::as_array).into_iter().flatten() {
            let required = read.get("required").and_then(Value::as_bool).unwrap_or(false);
            // a type that stands twice is required if both say so
            let known = row.resource_types.entry(word(read, "name")?.to_lowercase()).or_insert(required);
            *known &= required;
            row.keys.extend(read.get("conditionKeys").map(lower_words).unwrap_or_default());
            row.dependents.extend(read.get("dependentActions").map(lower_words).unwrap_or_default());
        }
        service.actions.insert(lower.clone(), row);
    }
    Ok(service)
}

fn add(service: &mut Service, second: &SecondAction, keys: &BTreeMap<String, Key>) -> Result<(), String> {
    let level = level(&second.level)?;
    let known = |name: &String| service.resource_types.contains_key(name);
    let types = second.resource_types.iter().filter(|(name, _)| known(name)).cloned().collect();
    let action = service.actions.entry(second.name.to_lowercase()).or_insert_with(|| Action {
        name: second.name.clone(),
        level,
        published: level,
        retired: true,
        resource_types: types,
        keys: second.keys.iter().filter(|key| keys.contains_key(*key)).cloned().collect(),
        dependents: BTreeSet::new(),
    });
    // never downwards, and reading about permissions changes none
    if level == PERMISSIONS && LEVELS.get(usize::from(action.level)) != Some(&"Read") {
        action.level = PERMISSIONS;
    }
    action.dependents.extend(second.dependents.iter().cloned());
    Ok(())
}

fn check(catalogue: &Catalogue) -> Result<(), String> {
    let known = |full: &str| {
        let (prefix, name) = full.split_once(':').unwrap_or_default();
        catalogue.services.get(prefix).is_some_and(|service| service.actions.contains_key(name))
    };
    for (prefix, service) in &catalogue.services {
        for (name, action) in &service.actions {
            let at = format!("{prefix}:{name}");
            if let Some(unknown) = action.dependents.iter().find(|full| !known(full)) {
                return Err(format!("{at} depends on `{unknown}`, which is no action"));
            }
            if let Some(unknown) =
                action.resource_types.keys().find(|t| !service.resource_types.contains_key(*t))
            {
                return Err(format!("{at} accepts `{unknown}`, which is no resource type"));
            }
            if let Some(unknown) = action.keys.iter().find(|key| !catalogue.keys.contains_key(*key)) {
                return Err(format!("{at} takes `{unknown}`, which is no condition key"));
            }
        }
        let mut keys = service.resource_types.values().flat_map(|t| &t.keys);
        if let Some(unknown) = keys.find(|key| !catalogue.keys.contains_key(*key)) {
            return Err(format!("{prefix}: `{unknown}` is no condition key"));
        }
    }
    // the reader knows one such part, and looks at the first three characters before
    let odd =
        |key: &&Key| key.holes() > 1 || key.name.bytes().take(3).any(|byte| matches!(byte, b'$' | b'<'));
    match catalogue.keys.values().find(odd) {
        Some(key) => Err(format!("`{}` begins with a part that stands for any text, or has two", key.name)),
        None => Ok(()),
    }
}

/// The code of a level; `Permissions management, Write` is the first of the two.
fn level(text: &str) -> Result<u8, String> {
    let first = text.split(", ").next().unwrap_or_default();
    code(&LEVELS, first).ok_or_else(|| format!("`{text}` is no access level"))
}

fn kind_of(text: &str) -> Result<u8, String> {
    code(&TYPES, text).ok_or_else(|| format!("`{text}` is no type of a condition key"))
}

fn code(names: &[&str], name: &str) -> Option<u8> {
    names.iter().position(|known| *known == name).and_then(|at| u8::try_from(at).ok())
}

fn lower_words(value: &Value) -> BTreeSet<String> {
    words(value).map(str::to_lowercase).collect()
}
