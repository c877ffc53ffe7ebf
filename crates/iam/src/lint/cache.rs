//! What the catalogue has answered, by the text that was asked for.

use std::collections::{HashMap, HashSet};

use super::pattern::is_wild;
use crate::catalogue::{self, ActionId, KeyId, KeyType, ServiceId};
use crate::condition::Operator;

/// What an action of a policy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ActionState {
    /// `*`, or a pattern whose service is not fixed.
    AnyService,
    /// It names one action.
    One(ActionId),
    /// It is a pattern that fits actions of a service.
    Several(ServiceId),
    /// The service has no such action.
    UnknownAction(ServiceId),
    /// There is no such service.
    UnknownService,
    /// It has no colon.
    Malformed,
}

impl ActionState {
    pub(super) fn service(self) -> Option<ServiceId> {
        match self {
            Self::One(action) => Some(action.service()),
            Self::Several(service) | Self::UnknownAction(service) => Some(service),
            _ => None,
        }
    }
}

/// What a condition key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyClass {
    /// The catalogue has it.
    Known(KeyId),
    /// A claim of an identity provider: `accounts.google.com:aud`.
    Claim,
    /// Not of the form `prefix:name`.
    Malformed,
    /// A tag key without the tag's name.
    TagNameMissing,
    /// `aws:ARN`, `aws:SourceOwner`: what AWS has replaced.
    Deprecated,
    /// An unknown `aws:` key.
    UnknownGlobal,
    /// An unknown key of a known service.
    UnknownOfService(ServiceId),
    /// A key whose prefix is no service.
    UnknownService,
}

/// What the checks ask of a condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyFacts {
    pub class: KeyClass,
    pub kind: Option<KeyType>,
    pub array: bool,
    pub global: bool,
}

/// Answers of the catalogue.
#[derive(Default)]
pub(super) struct Cache {
    actions: HashMap<Box<str>, ActionState>,
    services: HashMap<Box<str>, Option<ServiceId>>,
    keys: HashMap<Box<str>, KeyFacts>,
    operators: HashMap<Box<str>, Option<Operator>>,
    /// Values of `Resource` without a fault.
    pub(super) fine: HashSet<Box<str>>,
    tags: HashMap<(ServiceId, KeyId), bool>,
}

impl Cache {
    pub(super) fn action(&mut self, text: &str) -> ActionState {
        if let Some(state) = self.actions.get(text) {
            return *state;
        }
        let state = self.classify(text);
        self.actions.insert(text.into(), state);
        state
    }

    fn classify(&mut self, text: &str) -> ActionState {
        let Some((prefix, name)) = text.split_once(':') else {
            return if is_wild(text) { ActionState::AnyService } else { ActionState::Malformed };
        };
        if is_wild(prefix) {
            return ActionState::AnyService;
        }
        let Some(service) = self.service(prefix) else { return ActionState::UnknownService };
        if !is_wild(name) {
            return catalogue::action(service, name)
                .map_or(ActionState::UnknownAction(service), ActionState::One);
        }
        if super::pattern::is_any(name) {
            return ActionState::Several(service);
        }
        let mut found = false;
        catalogue::matching(service, name, |_| found = true);
        if found { ActionState::Several(service) } else { ActionState::UnknownAction(service) }
    }

    fn service(&mut self, prefix: &str) -> Option<ServiceId> {
        if let Some(service) = self.services.get(prefix) {
            return *service;
        }
        let service = catalogue::service(prefix);
        self.services.insert(prefix.into(), service);
        service
    }

    pub(super) fn key(&mut self, text: &str) -> KeyFacts {
        if let Some(facts) = self.keys.get(text) {
            return *facts;
        }
        let facts = key(text);
        self.keys.insert(text.into(), facts);
        facts
    }

    pub(super) fn operator(&mut self, text: &str) -> Option<Operator> {
        if let Some(operator) = self.operators.get(text) {
            return *operator;
        }
        let operator = Operator::parse(text);
        self.operators.insert(text.into(), operator);
        operator
    }

    /// Whether AWS lists a key for some action or resource type of a service.
    pub(super) fn service_has_key(&mut self, service: ServiceId, key: KeyId) -> bool {
        *self.tags.entry((service, key)).or_insert_with(|| {
            catalogue::service_keys(service).any(|k| k == key)
                || service.resource_types().any(|t| t.condition_keys().any(|k| k == key))
        })
    }
}

fn key(text: &str) -> KeyFacts {
    let class = class(text);
    let KeyClass::Known(id) = class else {
        return KeyFacts { class, kind: None, array: false, global: false };
    };
    KeyFacts { class, kind: Some(id.key_type()), array: id.is_array(), global: id.is_global() }
}

fn class(text: &str) -> KeyClass {
    let Some((prefix, name)) = text.split_once(':') else { return KeyClass::Malformed };
    let head = name.split('/').next().unwrap_or_default();
    if prefix.is_empty() || name.is_empty() || prefix.contains(char::is_whitespace) || head.trim() != head {
        return KeyClass::Malformed;
    }
    if ["aws:arn", "aws:sourceowner"].iter().any(|old| text.eq_ignore_ascii_case(old)) {
        return KeyClass::Deprecated;
    }
    if let Some(stem) = text.strip_suffix('/') {
        return if tag_key(stem) { KeyClass::TagNameMissing } else { KeyClass::Malformed };
    }
    if let Some(id) = catalogue::key(text) {
        return KeyClass::Known(id);
    }
    // AWS prints the name of the tag as a word in `secretsmanager:ResourceTag/tag-key`.
    if let Some((stem, _)) = text.split_once('/')
        && let Some(id) = catalogue::key(&format!("{stem}/tag-key"))
    {
        return KeyClass::Known(id);
    }
    if prefix.contains(['.', '/']) {
        return KeyClass::Claim;
    }
    if tag_key(text) {
        return KeyClass::TagNameMissing;
    }
    if prefix.eq_ignore_ascii_case("aws") {
        return KeyClass::UnknownGlobal;
    }
    catalogue::service(prefix).map_or(KeyClass::UnknownService, KeyClass::UnknownOfService)
}

/// Whether a key becomes one of the catalogue with the name of a tag behind it.
fn tag_key(text: &str) -> bool {
    catalogue::key(&format!("{text}/x")).is_some_and(KeyId::is_pattern)
}
