//! References of Terraform in the deployed shape.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use palisade_graph::{Entry, External, List, Map, Piece, Reason, State, Target, Val, Value};
use palisade_source::Span;
use smol_str::SmolStr;

use super::index::{Index, block_address};
use crate::terraform::Instance;
use crate::terraform::table::{self, Place};

const FORMS: &str = include_str!("../../../data/terraform/references.txt");

static TABLE: LazyLock<HashMap<(&'static str, &'static str), &'static str>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let (ty, rest) = line.split_once(' ')?;
        let (attribute, form) = rest.split_once(' ')?;
        Some(((ty, attribute), form))
    };
    FORMS.lines().filter(|l| !l.starts_with('#')).filter_map(row).collect()
});

/// Deeper values, and longer chains of references, stay as they are.
const DEPTH: u8 = 48;

/// More names of others in one value stay as they are: a name that holds itself twice would never end.
const NAMES: usize = 500;

impl Index<'_> {
    /// A value with its references in the deployed shape.
    pub fn deployed(&self, val: &Val) -> Val {
        self.left.set(NAMES);
        self.value(val, DEPTH)
    }

    fn value(&self, val: &Val, depth: u8) -> Val {
        let Some(less) = depth.checked_sub(1) else { return val.clone() };
        let state = match &val.state {
            State::Ref(target) => match &**target {
                Target::Resource { id, attribute } => {
                    let mut out = self.reference(id, attribute.as_deref().unwrap_or("id"), val, less);
                    (out.span, out.via) = (val.span, val.via.clone());
                    return out;
                }
                _ => return val.clone(),
            },
            State::Partial(pieces) => {
                let mut out = Vec::with_capacity(pieces.len());
                for piece in pieces.iter() {
                    match piece {
                        Piece::Text(t) => out.push(Piece::Text(t.clone())),
                        Piece::Hole(hole) => push(&mut out, self.value(hole, less)),
                    }
                }
                joined(out)
            }
            State::Known(Value::List(list)) => {
                let items = list.items.iter().map(|v| self.value(v, less)).collect();
                State::Known(Value::List(Arc::new(List { items, open: list.open })))
            }
            State::Known(Value::Map(map)) => {
                let entry = |e: &Entry| Entry {
                    key: e.key.clone(),
                    key_span: e.key_span,
                    val: self.value(&e.val, less),
                };
                let entries = map.entries.iter().map(entry).collect();
                State::Known(Value::Map(Arc::new(Map { entries, open: map.open })))
            }
            State::Known(_) | State::Unknown(_) => return val.clone(),
        };
        Val { state, span: val.span, via: val.via.clone() }
    }

    /// What an attribute of something means.
    fn reference(&self, id: &str, attribute: &str, val: &Val, depth: u8) -> Val {
        let span = val.span;
        let Some(n) = self.number(id) else {
            return match data_type(id) {
                Some(ty) => looked_up(ty, id, attribute, None, span),
                None => absent(id, attribute, val),
            };
        };
        let Some(i) = self.at(n) else { return val.clone() };
        if i.data {
            if i.ty == "aws_iam_policy" && attribute != "policy" {
                return self.managed(i, span, depth);
            }
            if let Some(form) = TABLE.get(&(data_key(&i.ty).as_str(), attribute)) {
                return self.form(form, i, span, depth);
            }
            return looked_up(&i.ty, &i.address, attribute, Some(i), span);
        }
        if i.ty == "module" {
            return Val::attribute(i.address.clone(), attribute, span);
        }
        // A part is called by the name of what it belongs to.
        if let Some(Place::Into(owner)) = table::find(&i.ty).map(|t| t.place)
            && (attribute == "id" || attribute == owner)
            && !i.body.get(owner).is_null()
        {
            return self.named(i, owner, span, depth);
        }
        // What is folded has no node of its own.
        let folded = self.folded(n).and_then(|owner| self.at(owner));
        let target = folded.unwrap_or(i);
        let own = table::find(&i.ty).filter(|t| t.place == Place::Own || folded.is_some());
        if let Some(form) = own.and_then(|t| TABLE.get(&(t.name, attribute))) {
            return self.form(form, target, span, depth);
        }
        let id = target.address.clone();
        match attribute {
            _ if own.is_none() && !deploys(&i.ty) => absent(&i.address, attribute, val),
            "id" => Val::reference(id, span),
            "arn" if folded.is_some() => {
                match table::find(&target.ty).and_then(|t| TABLE.get(&(t.name, "arn"))) {
                    Some(form) => self.form(form, target, span, depth),
                    None => Val::attribute(id, "Arn", span),
                }
            }
            "arn" => Val::attribute(id, "Arn", span),
            _ if i.ty.starts_with("awscc_") => Val::attribute(id, super::awscc::pascal("", attribute), span),
            other => Val::attribute(id, other, span),
        }
    }

    /// A policy looked up by its name: of the application, else one of AWS.
    fn managed(&self, i: &Instance, span: Span, depth: u8) -> Val {
        let name = i.body.get("name");
        if name.is_null() {
            let arn = i.body.get("arn");
            return if arn.is_null() {
                looked_up(&i.ty, &i.address, "arn", Some(i), span)
            } else {
                self.value(arn, depth)
            };
        }
        if let Some(own) = self.owner(name, "AWS::IAM::ManagedPolicy").and_then(|n| self.at(n)) {
            return Val::reference(own.address.clone(), span);
        }
        let path = i.body.get("path_prefix").display();
        let path = path.trim_matches('/');
        let path = if path.is_empty() { String::new() } else { format!("{path}/") };
        self.form(&format!("arn:${{AWS::Partition}}:iam::aws:policy/{path}{{=name}}"), i, span, depth)
    }

    /// What an instance says in an attribute.
    fn named(&self, i: &Instance, attribute: &str, span: Span, depth: u8) -> Val {
        let own = i.body.get(attribute);
        let left = self.left.get().checked_sub(1).filter(|_| !own.is_null());
        let Some(left) = left else {
            let name = smol_str::format_smolstr!("{}.{attribute}", i.address);
            return Val::unknown(Reason::ExternalLookup, name, span);
        };
        self.left.set(left);
        self.value(own, depth)
    }

    /// A form of the table with its holes filled.
    fn form(&self, form: &str, i: &Instance, span: Span, depth: u8) -> Val {
        if form == "Ref" {
            return Val::reference(i.address.clone(), span);
        }
        if let Some(attribute) = form.strip_prefix('.') {
            return Val::attribute(i.address.clone(), attribute, span);
        }
        let mut pieces = Vec::new();
        let mut rest = form;
        while let Some((before, after)) = rest.split_once('{') {
            let (text, pseudo) = match before.strip_suffix('$') {
                Some(text) => (text, true),
                None => (before, false),
            };
            if !text.is_empty() {
                pieces.push(Piece::Text(text.into()));
            }
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            rest = tail;
            if pseudo {
                pieces.push(Piece::Hole(Val::target(Target::Pseudo(name.into()), span)));
            } else if let Some(attribute) = name.strip_prefix('=') {
                push(&mut pieces, self.named(i, attribute, span, depth.saturating_sub(1)));
            } else if let Some(attribute) = name.strip_prefix('.') {
                pieces.push(Piece::Hole(Val::attribute(i.address.clone(), attribute, span)));
            } else {
                pieces.push(Piece::Hole(Val::reference(i.address.clone(), span)));
            }
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        Val::new(joined(pieces), span)
    }
}

/// A hole among pieces; what is text by now becomes text.
fn push(out: &mut Vec<Piece>, hole: Val) {
    match &hole.state {
        State::Partial(inner) => out.extend(inner.iter().cloned()),
        State::Known(Value::Str(s) | Value::Num(s)) => out.push(Piece::Text(s.clone())),
        _ => out.push(Piece::Hole(hole)),
    }
}

/// Pieces as a state: neighbouring texts are one, a single piece is what it is.
fn joined(pieces: Vec<Piece>) -> State {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (out.last_mut(), piece) {
            (Some(Piece::Text(a)), Piece::Text(b)) => *a = smol_str::format_smolstr!("{a}{b}"),
            (_, piece) => out.push(piece),
        }
    }
    match out.as_slice() {
        [Piece::Hole(v)] => v.state.clone(),
        [Piece::Text(t)] => State::Known(Value::Str(t.clone())),
        _ => State::Partial(out.into()),
    }
}

/// Whether instances of a type become resources of the stack.
pub fn deploys(ty: &str) -> bool {
    ty.starts_with("aws_") || ty.starts_with("awscc_") || ty == "module"
}

/// Type of the data source of an address: `module.m.data.aws_vpc.main` is `aws_vpc`.
fn data_type(address: &str) -> Option<&str> {
    let rest =
        address.strip_prefix("data.").or_else(|| address.split_once(".data.").map(|(_, rest)| rest))?;
    rest.split('.').next()
}

fn data_key(ty: &str) -> SmolStr {
    smol_str::format_smolstr!("data.{ty}")
}

/// What the account answers to a data source.
fn looked_up(ty: &str, address: &str, attribute: &str, i: Option<&Instance>, span: Span) -> Val {
    if let Some(pseudo) = TABLE.get(&(data_key(ty).as_str(), attribute)).and_then(|f| f.strip_prefix("${"))
        && let Some(name) = pseudo.strip_suffix('}').filter(|n| !n.contains('}'))
    {
        return Val::target(Target::Pseudo(name.into()), span);
    }
    let named = |key: &str| {
        let name = i.map(|i| i.body.get(key).display()).unwrap_or_default();
        if name.is_empty() { SmolStr::new(address) } else { name }
    };
    let (kind, name, secret) = match (ty, attribute) {
        ("aws_ssm_parameter", "value" | "insecure_value") => {
            // Whether it is encrypted stands in the account: its name says whether it holds a secret.
            (External::Parameter, named("name"), false)
        }
        ("aws_secretsmanager_secret_version", "secret_string" | "secret_binary") => {
            (External::Secret, named("secret_id"), true)
        }
        ("aws_kms_secrets" | "vault_generic_secret" | "vault_kv_secret_v2", _) => {
            (External::Secret, smol_str::format_smolstr!("{address}.{attribute}"), true)
        }
        ("terraform_remote_state" | "aws_cloudformation_stack", _) => {
            (External::StackOutput, smol_str::format_smolstr!("{address}.{attribute}"), false)
        }
        ("aws_cloudformation_export", "value") => (External::Export, named("name"), false),
        _ => (External::Data, smol_str::format_smolstr!("{address}.{attribute}"), false),
    };
    Val::target(Target::External { kind, name, secret }, span)
}

/// Something that is no resource of the application: a value that only `apply` makes, or a name that is declared
/// nowhere.
fn absent(id: &str, attribute: &str, val: &Val) -> Val {
    let name = smol_str::format_smolstr!("{id}.{attribute}");
    let last = block_address(id).rsplit('.').nth(1).unwrap_or("");
    let reason = if deploys(last) { Reason::Undeclared } else { Reason::KnownAfterApply };
    Val::unknown(reason, name, val.span)
}
