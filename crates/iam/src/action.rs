//! Actions of requests and the patterns of statements.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>

use std::sync::Arc;

use crate::catalogue::{self, ActionId, ServiceId};
use crate::context::shortcut;
use crate::document::Values;
use crate::glob::Glob;
use crate::symbol::Symbols;
use crate::tri::Tri;

/// The action of a request. Case does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    written: Arc<str>,
    lower: Arc<str>,
    colon: usize,
    hash: u64,
    service_hash: u64,
    id: Option<ActionId>,
    service: Option<ServiceId>,
    rcp: bool,
    special: Special,
}

/// Actions that are decided otherwise than the rest ([`crate::service`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Special {
    /// Like the rest.
    No,
    /// Takes a role.
    Assume,
    /// Of KMS.
    Key,
    /// No policy grants it on another account's resource.
    Stays,
    /// No policy takes it away.
    Always,
}

impl Action {
    /// Reads `service:Name`. `None` without a colon, or with nothing before or behind it.
    pub fn parse(text: &str) -> Option<Self> {
        let lower: Arc<str> = text.to_ascii_lowercase().into();
        let (service, name) = lower.split_once(':')?;
        if service.is_empty() || name.is_empty() {
            return None;
        }
        let colon = service.len();
        let known = catalogue::service(service);
        let id = known.and_then(|s| catalogue::action(s, name));
        Some(Self {
            written: text.into(),
            hash: shortcut(&lower),
            service_hash: shortcut(service),
            lower: lower.clone(),
            colon,
            id,
            service: known,
            rcp: known.is_some_and(ServiceId::supports_rcp),
            special: crate::service::special(service, name),
        })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// In lower case.
    pub fn lower(&self) -> &str {
        &self.lower
    }

    /// The service in lower case.
    pub fn service(&self) -> &str {
        self.lower.get(..self.colon).unwrap_or_default()
    }

    /// The name in lower case.
    pub fn name(&self) -> &str {
        self.lower.get(self.colon + 1..).unwrap_or_default()
    }

    /// Its row in the catalogue, if it was known when the catalogue was made.
    pub fn id(&self) -> Option<ActionId> {
        self.id
    }

    /// Its service in the catalogue.
    pub fn service_id(&self) -> Option<ServiceId> {
        self.service
    }

    /// Whether resource control policies reach its service.
    pub fn supports_rcp(&self) -> bool {
        self.rcp
    }

    pub(crate) fn special(&self) -> Special {
        self.special
    }

    /// Whether it is known to have no resource types: it is decided against `*` alone.
    pub fn is_without_resources(&self) -> bool {
        self.id.is_some_and(|id| !id.is_retired() && id.resource_types().next().is_none())
    }
}

/// The patterns of one service: hash, name, patterns.
type Service = (u64, Box<str>, Box<[Glob]>);

/// `Action` or `NotAction`, compiled: names by hash, patterns by their service.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Actions {
    any: bool,
    negated: bool,
    open: bool,
    names: Box<[(u64, Box<str>)]>,
    by_service: Box<[Service]>,
    /// Patterns with a wildcard before the colon.
    wide: Box<[(Glob, Glob)]>,
    symbolic: Box<[Glob]>,
}

impl Actions {
    pub(crate) fn new(values: &Values, symbols: &Symbols) -> Self {
        let mut any = false;
        let mut names: Vec<(u64, Box<str>)> = Vec::new();
        let mut services: std::collections::BTreeMap<Box<str>, Vec<Glob>> = std::collections::BTreeMap::new();
        let mut wide = Vec::new();
        let mut symbolic = Vec::new();
        for text in &values.items {
            let value = text.value.to_ascii_lowercase();
            if !value.is_empty() && value.bytes().all(|b| b == b'*') {
                any = true;
            } else if symbols.any_in(&value) {
                symbolic.push(Glob::new(&value));
            } else if let Some((service, name)) = value.split_once(':') {
                let wild = |s: &str| s.contains(['*', '?']);
                if wild(service) {
                    wide.push((Glob::new(service), Glob::new(name)));
                } else if wild(name) {
                    services.entry(service.into()).or_default().push(Glob::new(name));
                } else {
                    names.push((shortcut(&value), value.into()));
                }
            }
        }
        names.sort();
        names.dedup();
        Self {
            any,
            negated: values.negated,
            open: values.open,
            names: names.into(),
            by_service: services
                .into_iter()
                .map(|(service, globs)| (shortcut(&service), service, globs.into()))
                .collect(),
            wide: wide.into(),
            symbolic: symbolic.into(),
        }
    }

    /// Part of the list is not known before deployment.
    pub(crate) fn is_open(&self) -> bool {
        self.open || !self.symbolic.is_empty()
    }

    /// `NotAction`.
    pub(crate) fn is_negated(&self) -> bool {
        self.negated
    }

    /// The patterns, in lower case: service and name.
    pub(crate) fn patterns(&self) -> Vec<(Glob, Glob)> {
        let mut out = Vec::new();
        if self.any {
            out.push((Glob::new("*"), Glob::new("*")));
        }
        for (_, name) in &self.names {
            if let Some((service, name)) = name.split_once(':') {
                out.push((Glob::literal(service), Glob::literal(name)));
            }
        }
        for (_, service, globs) in &self.by_service {
            out.extend(globs.iter().map(|g| (Glob::literal(service), g.clone())));
        }
        out.extend(self.wide.iter().cloned());
        out
    }

    pub(crate) fn matches(&self, action: &Action, symbols: &Symbols) -> Tri {
        let listed = if self.lists(action) {
            Tri::True
        } else {
            let start = if self.open { Tri::Unknown } else { Tri::False };
            self.symbolic
                .iter()
                .fold(start, |answer, glob| answer.or(glob.matches_symbolic(&action.lower, symbols)))
        };
        if self.negated { listed.negate() } else { listed }
    }

    fn lists(&self, action: &Action) -> bool {
        if self.any {
            return true;
        }
        // Most lists are short enough to be walked.
        if self.names.len() <= 16 {
            if self.names.iter().any(|(h, name)| *h == action.hash && **name == *action.lower) {
                return true;
            }
        } else if self.searches(action) {
            return true;
        }
        if self.by_service.len() <= 16 {
            let mut lists = self.by_service.iter().filter(|(h, ..)| *h == action.service_hash);
            if lists.any(|(_, service, globs)| {
                **service == *action.service() && globs.iter().any(|g| g.matches(action.name()))
            }) {
                return true;
            }
        } else if let Ok(at) =
            self.by_service.binary_search_by(|(_, service, _)| (**service).cmp(action.service()))
            && self
                .by_service
                .get(at)
                .is_some_and(|(_, _, globs)| globs.iter().any(|g| g.matches(action.name())))
        {
            return true;
        }
        self.wide
            .iter()
            .any(|(service, name)| service.matches(action.service()) && name.matches(action.name()))
    }

    fn searches(&self, action: &Action) -> bool {
        let found = self.names.partition_point(|(h, _)| *h < action.hash);
        let same = self.names.get(found..).unwrap_or_default().iter().take_while(|(h, _)| *h == action.hash);
        same.into_iter().any(|(_, name)| **name == *action.lower)
    }
}
