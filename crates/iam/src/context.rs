//! What is known of a request beside principal, action and resource: condition keys and their values.

use std::sync::Arc;

use smallvec::SmallVec;

/// The name of a condition key; keys are equal without regard to case, the tag name after `/` included.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    hash: u64,
    lower: Arc<str>,
}

impl Key {
    /// The key of a name in any case.
    pub fn new(name: &str) -> Self {
        let lower: Arc<str> = if name.bytes().any(|b| b.is_ascii_uppercase()) || !name.is_ascii() {
            name.to_lowercase().into()
        } else {
            name.into()
        };
        Self { hash: shortcut(&lower), lower }
    }

    /// The name in lower case.
    pub fn as_str(&self) -> &str {
        &self.lower
    }
}

/// Values of a key in a request.
pub type ContextValues = SmallVec<[Arc<str>; 1]>;

/// What is known of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The request does not carry it.
    Absent,
    /// Nobody knows whether the request carries it, nor with which values.
    Unknown,
    /// The request carries it with these values; none is an empty list.
    Known(ContextValues),
}

/// The condition keys of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    entries: Vec<(Key, State)>,
    /// A key of which nothing is said is absent; otherwise it is unknown.
    complete: bool,
}

impl Context {
    /// A context without keys.
    pub fn new(complete: bool) -> Self {
        Self { entries: Vec::new(), complete }
    }

    /// Says what is known of a key. Two keys that differ only in case make it unknown: AWS does not say
    /// which one counts.
    pub fn insert(&mut self, name: &str, state: State) {
        let key = Key::new(name);
        match self.entries.iter_mut().find(|(k, _)| *k == key) {
            Some((_, old)) if *old == state => {}
            Some((_, old)) => *old = State::Unknown,
            None => self.entries.push((key, state)),
        }
    }

    /// Says what follows from the request itself, unless the caller has said something of the key.
    pub fn derive(&mut self, name: &str, state: State) {
        let key = Key::new(name);
        if !self.entries.iter().any(|(k, _)| *k == key) {
            self.entries.push((key, state));
        }
    }

    /// Replaces what is known of a key.
    pub fn set(&mut self, name: &str, state: State) {
        let key = Key::new(name);
        match self.entries.iter_mut().find(|(k, _)| *k == key) {
            Some((_, old)) => *old = state,
            None => self.entries.push((key, state)),
        }
    }

    /// One value, for short.
    pub fn known(value: impl Into<Arc<str>>) -> State {
        State::Known(SmallVec::from_iter([value.into()]))
    }

    /// What is known of a key.
    pub fn get(&self, key: &Key) -> &State {
        self.entries
            .iter()
            .find(|(k, _)| k.hash == key.hash && k.lower == key.lower)
            .map_or(if self.complete { &State::Absent } else { &State::Unknown }, |(_, state)| state)
    }

    /// Whether a key of which nothing is said is absent.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Everything that is said, in the order in which it was.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &State)> {
        self.entries.iter().map(|(key, state)| (key, state))
    }
}

/// A number that is equal for equal texts (FNV-1a). Only a shortcut: whoever uses it compares the texts too.
pub(crate) fn shortcut(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

/// A key as AWS writes it: `aws:principaltag/Team` is `aws:PrincipalTag/Team`. Unknown keys stay as they
/// are.
pub fn spelling(name: &str) -> String {
    let Some(id) = crate::catalogue::key(name) else { return name.to_owned() };
    let known = id.name();
    if !id.is_pattern() {
        return known.to_owned();
    }
    match (known.split_once('/'), name.split_once('/')) {
        (Some((head, _)), Some((_, tag))) => format!("{head}/{tag}"),
        _ => name.to_owned(),
    }
}
