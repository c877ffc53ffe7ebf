//! Questions, read.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde::de::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::context::{Context, ContextValues, State};
use crate::document::{Document, PolicyType};
use crate::element::Element;
use crate::limits;
use crate::statement::Policy;
use crate::symbol::Symbols;

/// One or several documents.
#[derive(Debug, Default)]
pub(super) struct Documents<'a>(pub Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Documents<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Option::<&'de RawValue>::deserialize(deserializer)?;
        let Some(raw) = raw else { return Ok(Self::default()) };
        if raw.get().starts_with('[') {
            serde_json::from_str(raw.get()).map(Self).map_err(serde::de::Error::custom)
        } else {
            Ok(Self(vec![raw]))
        }
    }
}

/// Values of a context key: one, several, or unknown.
#[derive(Debug)]
pub(super) struct KeyState(pub State);

impl<'de> Deserialize<'de> for KeyState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let element = Element::deserialize(deserializer)?;
        if matches!(element.node, crate::element::Node::Null) {
            return Ok(Self(State::Unknown));
        }
        let mut values = ContextValues::new();
        for item in element.one_or_many() {
            match item.scalar() {
                Some(text) => values.push(text.into()),
                None => return Err(serde::de::Error::custom("a context value is a text or a list of texts")),
            }
        }
        Ok(Self(State::Known(values)))
    }
}

/// The keys of a request in the order in which they stand.
#[derive(Debug, Default)]
pub(super) struct Keys(pub Vec<(String, State)>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Keys;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of condition keys")
            }
            fn visit_unit<E>(self) -> Result<Keys, E> {
                Ok(Keys::default())
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut out = Vec::new();
                while let Some((key, KeyState(state))) = map.next_entry::<String, KeyState>()? {
                    if out.len() >= limits::CONDITION_VALUES {
                        return Err(serde::de::Error::custom("too many context keys"));
                    }
                    out.push((key, state));
                }
                Ok(Keys(out))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl Keys {
    pub(super) fn context(&self, complete: bool) -> Context {
        let mut context = Context::new(complete);
        for (key, state) in &self.0 {
            context.insert(key, state.clone());
        }
        context
    }
}

/// A document with its type and its text.
type Kept = (PolicyType, Box<str>, Arc<Policy>);

/// Documents that were read before: the same policies come with many requests.
struct Cache {
    found: HashMap<u64, Vec<Kept>>,
    bytes: usize,
}

/// Bytes of documents that are kept; beyond that the cache starts anew.
const KEPT: usize = 8 << 20;

static CACHE: LazyLock<Mutex<Cache>> =
    LazyLock::new(|| Mutex::new(Cache { found: HashMap::new(), bytes: 0 }));

/// Reads and compiles a document, or finds it as it was compiled before.
pub(super) fn policy(raw: &str, policy_type: PolicyType) -> Result<Arc<Policy>, String> {
    if raw.len() > limits::DOCUMENT {
        return Err(format!(
            "iam-document-limit: a document of {} bytes is larger than anything that AWS accepts",
            raw.len()
        ));
    }
    let mut hasher = DefaultHasher::new();
    (policy_type, raw).hash(&mut hasher);
    let hash = hasher.finish();
    {
        let cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
        let known = cache.found.get(&hash).into_iter().flatten();
        if let Some((_, _, policy)) =
            known.into_iter().find(|(t, text, _)| *t == policy_type && **text == *raw)
        {
            return Ok(policy.clone());
        }
    }
    let element = Element::from_json(raw).map_err(|e| format!("iam-json-syntax-error: {e}"))?;
    let policy = Arc::new(Policy::new(Document::read(&element, policy_type), &Symbols::new()));
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if cache.bytes + raw.len() > KEPT {
        cache.found.clear();
        cache.bytes = 0;
    }
    cache.bytes += raw.len();
    cache.found.entry(hash).or_default().push((policy_type, raw.into(), policy.clone()));
    Ok(policy)
}

/// As [`policy`], and an error for what AWS would refuse.
pub(super) fn checked(raw: &str, policy_type: PolicyType, strict: bool) -> Result<Arc<Policy>, String> {
    let policy = policy(raw, policy_type)?;
    let limit = policy.document.problems.iter().find(|p| p.kind == crate::document::ProblemKind::Limit);
    let refusal = policy.document.refusal().filter(|_| strict).or(limit.filter(|_| strict));
    match refusal {
        Some(problem) => {
            let place = if problem.pointer.is_empty() { "the document" } else { &problem.pointer };
            let value =
                if problem.value.is_empty() { String::new() } else { format!(" `{}`", problem.value) };
            Err(format!("{} policy: {place}{value} {}", policy_type.as_str(), problem.kind.text()))
        }
        None => Ok(policy),
    }
}
