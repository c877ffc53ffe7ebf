//! From what is needed to documents that grant it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::known::{matching, words};
use super::sheet::{Sheet, quoted};
use super::{Limits, MinimalError, place, shrink};
use crate::action::Action;
use crate::catalogue::{ActionId, Level};

/// One thing that has to be allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// `service:Action` in any case.
    pub action: Arc<str>,
    /// Patterns of ARNs, or `*`. None is `*`.
    pub resources: Vec<Arc<str>>,
    /// All of these have to hold.
    pub conditions: Vec<NeedCondition>,
    /// Places that need it, as the caller numbers them.
    pub sites: Vec<u32>,
}

/// A condition under which something is needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NeedCondition {
    /// As in a policy: `StringEquals`.
    pub operator: Arc<str>,
    /// The key.
    pub key: Arc<str>,
    /// Its values.
    pub values: Vec<Arc<str>>,
}

/// Everything that has to be allowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NeededSet {
    /// In any order; what stands twice counts once.
    pub needs: Vec<Need>,
}

/// The documents that allow what is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// The documents, for which the limits hold.
    pub documents: Vec<Sheet>,
    /// Patterns in the place of known actions: what they let in later is the slack.
    pub wildcards: Vec<String>,
    /// The places that need a statement, by its `Sid`.
    pub sites: BTreeMap<String, BTreeSet<u32>>,
}

type Conditions = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// An action in the order of a policy: by service, then by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    lower: String,
    full: String,
    id: Option<ActionId>,
}

/// Actions under one resource set and one condition set.
type Actions = BTreeMap<Name, BTreeSet<u32>>;

struct Group {
    resources: BTreeSet<String>,
    conditions: Conditions,
    actions: Actions,
    /// Its actions accept no resource.
    bare: bool,
}

/// The smallest documents that allow what is needed, and nothing else that is known.
///
/// Empty for an empty set: AWS accepts no policy without statements.
pub fn minimal(needed: &NeededSet, limits: Limits) -> Result<Generated, MinimalError> {
    let mut groups = grouped(needed)?;
    if groups.is_empty() {
        return Ok(Generated { documents: Vec::new(), wildcards: Vec::new(), sites: BTreeMap::new() });
    }
    groups.sort_by_cached_key(|group| {
        (
            group.actions.keys().next().cloned(),
            group.resources.iter().next().cloned(),
            condition_json(&group.conditions),
        )
    });
    let mut sids = BTreeMap::new();
    let statements: Vec<String> = groups.iter().map(|group| statement(group, &mut sids)).collect();
    let json = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    let sheet = Sheet::read(&json)?;
    proved(needed, &sheet)?;
    // equal to the sheet, which is exact
    let shrunk = shrink(&sheet, Some(limits))?;
    Ok(Generated { documents: shrunk.documents, wildcards: shrunk.wildcards, sites: sids })
}

/// One need for one resource, normalised.
fn pairs(need: &Need) -> Result<(Name, bool, Vec<String>, Conditions), MinimalError> {
    let action = Action::parse(&need.action).filter(|action| !action.lower().contains(['*', '?']));
    let Some(action) = action else {
        return Err(MinimalError::Json(format!(
            "`{}` is no action of the form `service:Action`",
            need.action
        )));
    };
    let full = action.id().map_or_else(|| action.as_str().to_owned(), full);
    let name = Name { lower: action.lower().to_owned(), full, id: action.id() };
    let everywhere = [Arc::from("*")];
    let resources = if need.resources.is_empty() { &everywhere[..] } else { &need.resources };
    let placed = resources.iter().map(|resource| match action.id() {
        Some(id) => place::accepted(id, resource).into_owned(),
        None => resource.to_string(),
    });
    let mut conditions = Conditions::new();
    for condition in &need.conditions {
        let keys = conditions.entry(condition.operator.to_string()).or_default();
        let values = condition.values.iter().map(ToString::to_string).collect();
        if keys.insert(condition.key.to_string(), values).is_some() {
            return Err(MinimalError::Json(format!(
                "`{}` has two conditions `{}` on `{}`",
                need.action, condition.operator, condition.key
            )));
        }
    }
    Ok((name, action.is_without_resources(), placed.collect(), conditions))
}

fn full(id: ActionId) -> String {
    let service = id.service();
    words(service).full(usize::from(id.0.saturating_sub(service.actions().start)))
}

/// By resource and conditions; then the resources of equal actions under equal conditions together. Both are
/// exact, for a statement allows each of its actions on each of its resources.
fn grouped(needed: &NeededSet) -> Result<Vec<Group>, MinimalError> {
    let mut single: BTreeMap<(bool, String, Conditions), Actions> = BTreeMap::new();
    for need in &needed.needs {
        let (name, bare, resources, conditions) = pairs(need)?;
        for resource in resources {
            let actions = single.entry((bare, resource, conditions.clone())).or_default();
            actions.entry(name.clone()).or_default().extend(&need.sites);
        }
    }
    let mut merged: BTreeMap<(bool, Vec<String>, Conditions), Group> = BTreeMap::new();
    for ((bare, resource, conditions), actions) in single {
        let names = actions.keys().map(|name| name.lower.clone()).collect();
        let group = merged.entry((bare, names, conditions.clone())).or_insert_with(|| Group {
            resources: BTreeSet::new(),
            conditions,
            actions: Actions::new(),
            bare,
        });
        group.resources.insert(resource);
        for (name, sites) in actions {
            group.actions.entry(name).or_default().extend(sites);
        }
    }
    Ok(merged.into_values().collect())
}

fn statement(group: &Group, sids: &mut BTreeMap<String, BTreeSet<u32>>) -> String {
    let base = sid(group);
    let mut unique = base.clone();
    let mut number = 2;
    while sids.contains_key(&unique) {
        unique = format!("{base}{number}");
        number += 1;
    }
    let sites = group.actions.values().flatten().copied().collect();
    let actions: Vec<String> = group.actions.keys().map(|name| quoted(&name.full)).collect();
    let resources: Vec<String> = group.resources.iter().map(|resource| quoted(resource)).collect();
    let mut out = format!(
        r#"{{"Sid":{},"Effect":"Allow","Action":[{}],"Resource":[{}]"#,
        quoted(&unique),
        actions.join(","),
        resources.join(",")
    );
    if !group.conditions.is_empty() {
        out.push_str(&format!(r#","Condition":{}"#, condition_json(&group.conditions)));
    }
    out.push('}');
    sids.insert(unique, sites);
    out
}

fn condition_json(conditions: &Conditions) -> String {
    serde_json::to_string(conditions).unwrap_or_default()
}

/// `<Service><Verb class>`.
fn sid(group: &Group) -> String {
    let services: BTreeSet<&str> = group
        .actions
        .keys()
        .filter_map(|name| name.lower.split_once(':'))
        .map(|(service, _)| service)
        .collect();
    let mut out = match services.iter().next() {
        Some(service) if services.len() == 1 => capital(service),
        _ if group.bare => "Unscoped".to_owned(),
        _ => "Several".to_owned(),
    };
    let levels: BTreeSet<Option<Level>> =
        group.actions.keys().map(|name| name.id.map(ActionId::level)).collect();
    let only = |allowed: &[Level]| levels.iter().flatten().all(|level| allowed.contains(level));
    out.push_str(if levels.contains(&None) {
        "Use"
    } else if only(&[Level::List]) {
        "List"
    } else if only(&[Level::List, Level::Read]) {
        "Read"
    } else if only(&[Level::Tagging]) {
        "Tag"
    } else if only(&[Level::Write, Level::Tagging]) {
        "Write"
    } else if levels.contains(&Some(Level::PermissionsManagement)) {
        "Manage"
    } else {
        "ReadWrite"
    });
    out
}

/// A prefix as part of a `Sid`, which has letters and digits only.
fn capital(service: &str) -> String {
    let parts = service.split(|letter: char| !letter.is_ascii_alphanumeric());
    let each = parts.filter_map(|part| {
        let mut letters = part.chars();
        Some(format!("{}{}", letters.next()?.to_ascii_uppercase(), letters.as_str()))
    });
    each.collect()
}

/// Every action on every resource under every condition of the needs, and no other, read back from the text.
fn proved(needed: &NeededSet, sheet: &Sheet) -> Result<(), MinimalError> {
    let mut asked = BTreeSet::new();
    for need in &needed.needs {
        let (name, _, resources, conditions) = pairs(need)?;
        let conditions = condition_json(&conditions);
        asked
            .extend(resources.into_iter().map(|resource| (name.lower.clone(), resource, conditions.clone())));
    }
    let mut granted = BTreeSet::new();
    for row in &sheet.statements {
        let resources: Vec<String> = serde_json::from_str(row.member("Resource").unwrap_or_default())?;
        let conditions: Conditions = serde_json::from_str(row.member("Condition").unwrap_or("{}"))?;
        let conditions = condition_json(&conditions);
        for pattern in &row.actions {
            let mut actions = Vec::new();
            if !matching(pattern, |words, row| actions.push(words.full(row).to_ascii_lowercase())) {
                actions.push(pattern.to_ascii_lowercase());
            }
            for action in actions {
                let each = resources.iter();
                granted.extend(each.map(|resource| (action.clone(), resource.clone(), conditions.clone())));
            }
        }
    }
    if asked == granted { Ok(()) } else { Err(MinimalError::Unproved) }
}
