//! A service in one world: its resolved sections, functions with their events, and the draft of its
//! template.

use palisade_graph::{State, Val, Value};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::build::{At, Cause, Template, truthy};
use super::naming;
use super::role::RoleDraft;
use super::variables::Resolver;
use crate::Files;

/// A service in one world.
pub struct Service<'a> {
    /// Files of the application.
    pub files: &'a Files<'a>,
    /// Its folder, relative to the scan root.
    pub folder: &'a str,
    /// Resolves sections that are only needed now and then.
    pub resolver: &'a Resolver<'a>,
    /// `service`.
    pub name: Val,
    /// Name of the stage.
    pub stage: Val,
    /// Name of the region.
    pub region: Val,
    /// `provider`.
    pub provider: Val,
    /// Whether the provider may say more than is known.
    pub open: bool,
    /// Key of `provider`.
    pub provider_key: Span,
    /// `functions` in order.
    pub functions: Vec<Function>,
    /// Plugins by name.
    pub plugins: Plugins,
    /// Major version that the file asks for.
    pub version: Option<u8>,
}

/// The plugins of a service.
#[derive(Debug, Default)]
pub struct Plugins {
    /// Names as written, with their places.
    pub names: Vec<(SmolStr, Span)>,
    /// Whether there may be more.
    pub open: bool,
}

impl Plugins {
    /// Whether a plugin is, or may be, in use.
    pub fn has(&self, name: &str) -> bool {
        self.open
            || self.names.iter().any(|(n, _)| {
                // A plugin may be named by its path.
                n.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('/'))
            })
    }
}

/// A function of the service.
#[derive(Debug, Clone)]
pub struct Function {
    /// Key in `functions`.
    pub key: SmolStr,
    /// Where the key stands.
    pub key_span: Span,
    /// All of its declaration.
    pub block: Span,
    /// What is written below the key.
    pub val: Val,
    /// Name in the account.
    pub name: Val,
    /// Logical id.
    pub id: SmolStr,
    /// Alias that events call instead of the function: name and logical id.
    pub alias: Option<(&'static str, SmolStr)>,
    /// Its events in order.
    pub events: Vec<Event>,
}

/// An event of a function.
#[derive(Debug, Clone)]
pub struct Event {
    /// `http`, `sqs`…
    pub kind: SmolStr,
    /// Where that key stands.
    pub key_span: Span,
    /// The whole item.
    pub block: Span,
    /// What is written below the key.
    pub val: Val,
    /// Place in `events`, from 0.
    pub index: usize,
}

impl Function {
    /// A setting of the function.
    pub fn get(&self, key: &str) -> &Val {
        self.val.get(key)
    }

    /// The function as a cause.
    pub fn cause(&self) -> Cause {
        Cause { key: self.key_span, block: self.block, id: self.id.clone() }
    }

    /// An event of the function as a cause.
    pub fn caused(&self, event: &Event) -> Cause {
        Cause { key: event.key_span, block: event.block, id: self.id.clone() }
    }

    /// What events call: the function, or its alias.
    pub fn target(&self, at: At) -> Val {
        let arn = at.get_att(self.id.clone(), "Arn");
        match &self.alias {
            Some((name, _)) => at.join(":", [arn, at.str(*name)]),
            None => arn,
        }
    }

    /// Logical id of the alias that events must wait for.
    pub fn alias_id(&self) -> Option<SmolStr> {
        self.alias.as_ref().map(|(_, id)| id.clone())
    }

    /// Name at the start of its logical ids.
    pub fn normalized(&self) -> SmolStr {
        naming::normalized(&self.key)
    }

    /// Events of one kind.
    pub fn events_of<'f>(&'f self, kind: &'f str) -> impl Iterator<Item = &'f Event> + 'f {
        self.events.iter().filter(move |e| e.kind == kind)
    }
}

impl Event {
    /// A setting of the event.
    pub fn get(&self, key: &str) -> &Val {
        self.val.get(key)
    }

    /// Values at the event's place.
    pub fn at(&self) -> At {
        At(self.key_span)
    }
}

impl Service<'_> {
    /// `<service>-<stage>`.
    pub fn prefix(&self, at: At) -> Val {
        at.concat([self.name.clone(), at.str("-"), self.stage.clone()])
    }

    /// A function by its key.
    pub fn function(&self, key: &str) -> Option<&Function> {
        self.functions.iter().find(|f| f.key == key)
    }

    /// All events of one kind with their functions, in order.
    pub fn events<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = (&'s Function, &'s Event)> + 's {
        self.functions.iter().flat_map(move |f| f.events_of(kind).map(move |e| (f, e)))
    }

    /// Provider settings as a cause, for what no single function makes.
    pub fn cause(&self, key: Span) -> Cause {
        let id = self.functions.first().map_or_else(SmolStr::default, |f| f.id.clone());
        Cause { key: key.or(self.provider_key), block: self.provider.span.or(self.provider_key), id }
    }

    /// Key of a provider setting, the provider's own where it is not written.
    pub fn provider_span(&self, key: &str) -> Span {
        self.provider.entry(key).map_or(self.provider_key, |e| e.key_span)
    }
}

/// The template of a service while it is built.
pub struct Draft<'s> {
    /// The service.
    pub service: &'s Service<'s>,
    /// What is built so far.
    pub template: Template,
    /// The default role, where there is one.
    pub role: Option<RoleDraft>,
}

impl Draft<'_> {
    /// Adds a statement that the framework gives the default role because of something at `span`.
    pub fn grant(&mut self, actions: &[&str], resources: Val, span: Span) {
        if let Some(role) = &mut self.role {
            role.grant(actions, resources, span);
        }
    }
}

/// The functions of a service: a map, a list of maps, or single ones from files.
pub fn functions(section: &Val, service: &Val, stage: &Val) -> Vec<Function> {
    let mut merged = Val::map(Vec::new(), section.span);
    if section.as_list().is_some() {
        for item in section.items().iter().filter(|i| i.as_map().is_some()) {
            merged = super::build::merge(merged, item);
        }
    } else {
        merged = section.clone();
    }
    let mut out = Vec::new();
    for e in merged.entries() {
        if e.val.is_null() || e.key.is_empty() {
            continue;
        }
        let at = At(e.key_span);
        let val = e.val.clone();
        let name = match val.get("name") {
            n if truthy(n) => n.clone(),
            _ => at.concat([
                service.clone(),
                at.str("-"),
                stage.clone(),
                at.str(format_smolstr!("-{}", e.key)),
            ]),
        };
        let block = if val.span.file == e.key_span.file && val.span.end >= e.key_span.end {
            Span::new(e.key_span.file, e.key_span.start.min(val.span.start), val.span.end)
        } else {
            val.span.or(e.key_span)
        };
        let normalized = naming::normalized(&e.key);
        let alias = if truthy(val.get("durableConfig")) {
            Some(("durable", format_smolstr!("{normalized}DurableLambdaAlias")))
        } else if truthy(val.get("provisionedConcurrency")) {
            Some(("provisioned", format_smolstr!("{normalized}ProvConcLambdaAlias")))
        } else if truthy(val.get("snapStart")) {
            Some(("snapstart", format_smolstr!("{normalized}SnapStartLambdaAlias")))
        } else {
            None
        };
        out.push(Function {
            key: e.key.clone(),
            key_span: e.key_span,
            block,
            name,
            id: naming::function(&e.key),
            alias,
            events: events(val.get("events")),
            val,
        });
    }
    out
}

fn events(section: &Val) -> Vec<Event> {
    let mut out = Vec::new();
    for (index, item) in section.items().iter().enumerate() {
        match &item.state {
            State::Known(Value::Str(name)) if name == "alexaSkill" => {
                let kind = name.clone();
                let val = Val::null().clone();
                out.push(Event { kind, key_span: item.span, block: item.span, val, index });
            }
            State::Known(Value::Map(map)) => {
                for e in map.entries.iter().filter(|e| truthy(&e.val)) {
                    out.push(Event {
                        kind: e.key.clone(),
                        key_span: e.key_span,
                        block: item.span,
                        val: e.val.clone(),
                        index,
                    });
                }
            }
            _ => {}
        }
    }
    out
}

/// The plugins of a service: a list, or a map with `modules`.
pub fn plugins(section: &Val) -> Plugins {
    let list = if section.as_map().is_some() { section.get("modules") } else { section };
    let mut out = Plugins { names: Vec::new(), open: list.as_list().is_some_and(|l| l.open) };
    for item in list.items() {
        match item.as_str() {
            Some(name) => out.names.push((name.into(), item.span)),
            // Version 4 takes options beside a plugin.
            None => match item.entries().first() {
                Some(e) => out.names.push((e.key.clone(), e.key_span)),
                None => out.open = true,
            },
        }
    }
    out
}
