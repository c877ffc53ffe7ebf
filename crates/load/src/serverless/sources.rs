//! Where variables take their values from.

use std::collections::HashMap;

use palisade_graph::{External, Reason, State, Target, Val, Value, Via};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::plugins;
use super::syntax::Part;
use super::variables::{Resolver, symbol};
use crate::Typing;

/// Answer of one source.
pub enum Outcome {
    /// Fulfilled, perhaps by something unknown.
    Found(Val),
    /// Not fulfilled: the next source is asked.
    Missing(Reason),
}

impl Resolver<'_> {
    pub(super) fn lookup(
        &self,
        kind: &str,
        params: &[Vec<Part>],
        address: &[Part],
        fallback: bool,
        written: &str,
        span: Span,
    ) -> Outcome {
        // A variable that stands as an alternative of its own.
        if kind.is_empty() {
            return Outcome::Found(self.parts(address, span));
        }
        let path = match self.text(address, span) {
            Ok(path) => path,
            Err(val) => return Outcome::Found(because(&val, written, span)),
        };
        // Version 1 and 2 wrote the region of a look-up behind a dot: `cf.eu-west-1:…`.
        let base = kind.split('.').next().unwrap_or(kind);
        match base {
            "self" => {
                self.watch(self.document, address, span);
                self.own(&path, span)
            }
            "opt" => self.option(&path, fallback, span),
            "env" => self.environment(&path, fallback, span),
            "file" => self.file(params, address, &path, written, span),
            "sls" if path == "stage" => Outcome::Found(self.stage(span)),
            "sls" => Outcome::Found(Val::unknown(Reason::KnownAfterApply, symbol(written), span)),
            "param" => self.param(&path, span),
            "aws" if path == "region" => Outcome::Found(self.region(span)),
            "aws" if path == "accountId" => Outcome::Found(match &self.inputs.account {
                Some(account) => Val::str(account.as_str(), span).through(Via::Parameter, span),
                None => Val::target(Target::Pseudo("AWS::AccountId".into()), span),
            }),
            "strToBool" => self.str_to_bool(params, span),
            "construct" => {
                let constructs = self.peek("constructs");
                if constructs.is_null() {
                    self.seen.borrow_mut().plugins.insert(("construct".into(), span));
                }
                match plugins::lift::reference(self, &constructs, &path, span) {
                    Some(val) => Outcome::Found(val),
                    None => Outcome::Found(Val::unknown(Reason::Undeclared, symbol(written), span)),
                }
            }
            "git" | "gitsha1" | "fileExists" | "timestamp" => {
                Outcome::Found(Val::unknown(Reason::NeedsCode, symbol(written), span))
            }
            _ => Outcome::Found(external(base, &path, written, span)),
        }
    }

    /// The configuration itself.
    fn own(&self, path: &str, span: Span) -> Outcome {
        match self.walk(self.document, path) {
            // The object form of version 1: `service` is its name.
            Some(val) if path == "service" && val.as_map().is_some() => {
                Outcome::Found(val.get("name").clone())
            }
            Some(val) if !val.is_null() => Outcome::Found(val),
            _ => match path {
                "provider.stage" => Outcome::Found(self.stage(span)),
                "provider.region" => Outcome::Found(self.region(span)),
                _ => Outcome::Missing(Reason::Undeclared),
            },
        }
    }

    /// The stage as a value.
    pub(super) fn stage(&self, span: Span) -> Val {
        let word = if self.scope.given { Via::Parameter } else { Via::Defaulted };
        if !self.scope.given {
            // Where the file says it, the value stands there.
            let written = self.document.at("provider.stage");
            if written.as_str() == Some(&self.scope.stage) {
                return written.clone().through(Via::Evaluated, span);
            }
        }
        Val::str(self.scope.stage.clone(), span).through(word, span)
    }

    /// The region as a value.
    pub(super) fn region(&self, span: Span) -> Val {
        if let Some(region) = &self.inputs.region {
            return Val::str(region.as_str(), span).through(Via::Parameter, span);
        }
        let written = self.document.at("provider.region");
        if written.is_null() || written.span == span {
            return Val::str("us-east-1", span).through(Via::Defaulted, span);
        }
        let region = self.head(written);
        if region.is_null() { Val::str("us-east-1", span).through(Via::Defaulted, span) } else { region }
    }

    fn option(&self, name: &str, fallback: bool, span: Span) -> Outcome {
        let given = match name {
            "stage" | "s" => self.scope.given.then(|| self.scope.stage.to_string()),
            "region" | "r" => self.inputs.region.clone(),
            _ => None,
        };
        let given = given.or_else(|| self.inputs.opts.get(name).cloned());
        match given {
            Some(text) => Outcome::Found(Val::str(text, span).through(Via::Parameter, span)),
            None if fallback => Outcome::Missing(Reason::ParameterWithoutDefault),
            None if name == "stage" || name == "s" => Outcome::Found(self.stage(span)),
            None if name == "region" || name == "r" => Outcome::Found(self.region(span)),
            None => Outcome::Missing(Reason::ParameterWithoutDefault),
        }
    }

    fn environment(&self, name: &str, fallback: bool, span: Span) -> Outcome {
        let value = match self.inputs.env.get(name) {
            Some(text) => Some(Val::str(text.as_str(), span).through(Via::Parameter, span)),
            // What a developer keeps in `.env` is never shown.
            None => self.dotenv(name).then(|| {
                let name = format_smolstr!("env:{name}");
                Val::target(Target::External { kind: External::Data, name, secret: true }, span)
            }),
        };
        if fallback {
            let mut seen = self.seen.borrow_mut();
            seen.environment = true;
            seen.environment_given |= value.is_some();
            if !self.scope.environment {
                return Outcome::Missing(Reason::Environment);
            }
        }
        let unknown = || Val::unknown(Reason::Environment, format_smolstr!("env:{name}"), span);
        Outcome::Found(value.unwrap_or_else(unknown))
    }

    /// Whether a `.env` file of the service sets a name.
    fn dotenv(&self, name: &str) -> bool {
        if self.document.get("useDotenv").as_bool() != Some(true) {
            return false;
        }
        let mut cache = self.dotenv.borrow_mut();
        let values = cache.get_or_insert_with(|| {
            let mut values = HashMap::new();
            for file in [".env".to_owned(), format!(".env.{}", self.scope.stage)] {
                if let Ok((_, text)) = self.files.text(self.folder, &file) {
                    for line in text.lines().map(str::trim).filter(|l| !l.starts_with('#')) {
                        let line = line.strip_prefix("export ").unwrap_or(line);
                        if let Some((key, value)) = line.split_once('=') {
                            values.insert(key.trim().to_owned(), value.trim().to_owned());
                        }
                    }
                }
            }
            values
        });
        values.contains_key(name)
    }

    fn file(&self, params: &[Vec<Part>], address: &[Part], path: &str, written: &str, span: Span) -> Outcome {
        let Some(name) = params.first() else { return Outcome::Missing(Reason::Undeclared) };
        let name = match self.text(name, span) {
            Ok(name) => name,
            Err(val) => return Outcome::Found(because(&val, written, span)),
        };
        let unknown = |reason| Outcome::Found(Val::unknown(reason, symbol(written), span));
        let cached = self.contents.borrow().get(&name).cloned();
        let content = cached.unwrap_or_else(|| {
            let content = self.content(&name, span);
            self.contents.borrow_mut().insert(name, content.clone());
            content
        });
        match content {
            Ok(root) => {
                self.watch(&root, address, span);
                match self.walk(&root, path) {
                    Some(val) => Outcome::Found(val),
                    None => Outcome::Missing(Reason::Undeclared),
                }
            }
            Err(Reason::Undeclared) => Outcome::Missing(Reason::Undeclared),
            Err(reason) => unknown(reason),
        }
    }

    /// What a file holds, or why that is not known.
    fn content(&self, name: &str, span: Span) -> Result<Val, Reason> {
        let extension = name.rsplit_once('.').map_or("", |(_, e)| e).to_ascii_lowercase();
        match extension.as_str() {
            "js" | "cjs" | "mjs" | "ts" | "cts" | "mts" => match self.files.jail.open(self.folder, name) {
                Ok(_) => Err(Reason::NeedsCode),
                Err(e) => Err(crate::files::reason(&e)),
            },
            "yml" | "yaml" | "json" | "tfstate" => {
                let (_, documents) = self.files.documents(self.folder, name, Typing::Yaml12)?;
                Ok(documents.into_iter().next().unwrap_or_else(|| Val::known(Value::Null, span)))
            }
            _ => {
                let (file, text) = self.files.text(self.folder, name)?;
                let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
                Ok(Val::str(&*text, Span::new(file, 0, end)))
            }
        }
    }

    fn param(&self, name: &str, span: Span) -> Outcome {
        if let Some(text) = self.inputs.params.get(name) {
            return Outcome::Found(Val::str(text.as_str(), span).through(Via::Parameter, span));
        }
        let stage = &self.scope.stage;
        let places = [
            format!("params.{stage}"),
            format!("stages.{stage}.params"),
            "params.default".to_owned(),
            "stages.default.params".to_owned(),
        ];
        for place in places {
            let Some(params) = self.walk(self.document, &place) else { continue };
            match &params.state {
                State::Known(Value::Map(map)) => {
                    if let Some(val) = map.get(name) {
                        let val = self.head(val);
                        if !val.is_null() {
                            return Outcome::Found(val.through(Via::Parameter, span));
                        }
                    }
                }
                State::Unknown(u) => {
                    let symbol = format_smolstr!("param:{name}");
                    return Outcome::Found(Val::unknown(u.reason.clone(), symbol, span));
                }
                _ => {}
            }
        }
        Outcome::Missing(Reason::ParameterWithoutDefault)
    }

    fn str_to_bool(&self, params: &[Vec<Part>], span: Span) -> Outcome {
        let Some(param) = params.first() else { return Outcome::Missing(Reason::Undeclared) };
        let val = self.parts(param, span);
        match val.as_str().map(|s| s.trim().to_ascii_lowercase()) {
            Some(text) => match text.as_str() {
                "true" | "1" => Outcome::Found(Val::bool(true, span)),
                "false" | "0" => Outcome::Found(Val::bool(false, span)),
                _ => Outcome::Missing(Reason::Undeclared),
            },
            None => Outcome::Found(val),
        }
    }

    /// Notices maps that are indexed by the stage: their keys are names of stages.
    fn watch(&self, root: &Val, address: &[Part], span: Span) {
        for (i, part) in address.iter().enumerate() {
            let Part::Variable(..) = part else { continue };
            let Ok(text) = self.text(std::slice::from_ref(part), span) else { continue };
            let Ok(before) = self.text(address.get(..i).unwrap_or(&[]), span) else { continue };
            let next = address.get(i + 1);
            let whole = (before.is_empty() || before.ends_with('.'))
                && next.is_none_or(|n| matches!(n, Part::Text(t) if t.starts_with('.')));
            if !whole || text != self.scope.stage {
                continue;
            }
            let Some(map) = self.walk(root, &before) else { continue };
            self.note_stages(&map, before == "custom.");
        }
    }

    fn note_stages(&self, map: &Val, mixed: bool) {
        let here = self.head(map.get(&self.scope.stage));
        if mixed && here.as_map().is_none() {
            return;
        }
        let shares = |val: &Val| val.entries().iter().any(|e| here.entry(&e.key).is_some());
        for entry in map.entries() {
            let name = entry.key.as_str();
            let valid = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
            let catch_all = matches!(name, "default" | "other" | "others" | "common" | "all");
            if !valid || catch_all || (mixed && !shares(&self.head(&entry.val))) {
                continue;
            }
            let mut seen = self.seen.borrow_mut();
            if !seen.stages.contains(&entry.key) {
                seen.stages.push(entry.key.clone());
            }
        }
    }
}

/// Something only the account or another service knows.
fn external(kind: &str, path: &str, written: &str, span: Span) -> Val {
    // Version 4 names the account first: `${production:ssm:/path}`.
    let (kind, path) = match path.split_once(':') {
        Some((inner @ ("ssm" | "cf" | "s3"), rest)) => (inner, rest),
        _ => (kind, path),
    };
    let decrypted = path.ends_with("~true");
    let path = path.trim_end_matches("~true").trim_end_matches("~split").trim_end_matches("~false");
    let secrets_manager = path.strip_prefix("/aws/reference/secretsmanager/");
    let (kind, secret): (External, bool) = match kind {
        "ssm" if secrets_manager.is_some() => (External::Secret, true),
        "ssm" => (External::Parameter, decrypted),
        "cf" | "output" | "stack" => (External::StackOutput, false),
        "s3" | "terraform" => (External::Data, false),
        "vault" | "doppler" | "secretsmanager" => (External::Secret, true),
        _ => return Val::unknown(Reason::ExternalLookup, symbol(written), span),
    };
    Val::target(Target::External { kind, name: name_of(written, path), secret }, span)
}

/// The look-up's name as people wrote it, without its fallbacks.
fn name_of(written: &str, path: &str) -> SmolStr {
    let kind: String =
        written.trim_start_matches(['$', '{', ' ']).chars().take_while(|c| *c != ':').collect();
    let kind = kind.split('(').next().unwrap_or("");
    format_smolstr!("{kind}:{path}")
}

/// Unknown for the same reason as a part of the variable's address.
fn because(val: &Val, written: &str, span: Span) -> Val {
    let reason = match &val.state {
        State::Unknown(u) => u.reason.clone(),
        State::Partial(pieces) => pieces
            .iter()
            .find_map(|p| match p {
                palisade_graph::Piece::Hole(v) => match &v.state {
                    State::Unknown(u) => Some(u.reason.clone()),
                    _ => None,
                },
                palisade_graph::Piece::Text(_) => None,
            })
            .unwrap_or(Reason::ExternalLookup),
        _ => Reason::ExternalLookup,
    };
    Val::unknown(reason, symbol(written), span)
}
