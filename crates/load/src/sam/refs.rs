//! References to what a resource generates: `Function.Alias`, `Api.Stage`; pseudo parameters in generated
//! values.

use std::collections::HashMap;
use std::sync::Arc;

use palisade_graph::{Piece, State, Target, Val, Value};
use smol_str::SmolStr;

use super::build::concat;
use crate::{Inputs, Stack};

/// What is replaced in the values of a transformed stack.
pub struct Rewrite<'a> {
    /// `Resource.Property` → logical id of the generated resource.
    pub refs: HashMap<SmolStr, SmolStr>,
    /// Region and account, where they are known.
    pub inputs: &'a Inputs,
}

const DEPTH: usize = 256;

impl Rewrite<'_> {
    /// Points references at generated resources and fills in what is known of pseudo parameters.
    pub fn stack(&self, stack: &mut Stack) {
        if self.refs.is_empty() && self.inputs.region.is_none() && self.inputs.account.is_none() {
            return;
        }
        for resource in stack.resources.values_mut() {
            self.value(&mut resource.props);
            self.value(&mut resource.attributes);
        }
        self.value(&mut stack.outputs);
    }

    fn value(&self, val: &mut Val) {
        if self.affected(val, 0) {
            self.change(val, 0);
        }
    }

    /// Whether something below is replaced; what has nothing is left shared.
    fn affected(&self, val: &Val, depth: usize) -> bool {
        if depth > DEPTH {
            return false;
        }
        match &val.state {
            State::Ref(target) => self.replacement(target).is_some(),
            State::Known(Value::List(list)) => list.items.iter().any(|v| self.affected(v, depth + 1)),
            State::Known(Value::Map(map)) => map.entries.iter().any(|e| self.affected(&e.val, depth + 1)),
            State::Partial(pieces) => pieces.iter().any(|p| match p {
                Piece::Text(_) => false,
                Piece::Hole(v) => self.affected(v, depth + 1),
            }),
            State::Known(_) | State::Unknown(_) => false,
        }
    }

    fn change(&self, val: &mut Val, depth: usize) {
        if depth > DEPTH {
            return;
        }
        match &mut val.state {
            State::Ref(target) => {
                if let Some(new) = self.replacement(target) {
                    val.state = new;
                }
            }
            State::Known(Value::List(list)) => {
                for item in &mut Arc::make_mut(list).items {
                    self.change(item, depth + 1);
                }
            }
            State::Known(Value::Map(map)) => {
                for entry in &mut Arc::make_mut(map).entries {
                    self.change(&mut entry.val, depth + 1);
                }
            }
            State::Partial(pieces) => {
                let piece = |p: &Piece| match p {
                    Piece::Text(t) => Piece::Text(t.clone()),
                    Piece::Hole(v) => {
                        let mut v = v.clone();
                        self.change(&mut v, depth + 1);
                        Piece::Hole(v)
                    }
                };
                val.state = concat(pieces.iter().map(piece).collect(), val.span).state;
            }
            State::Known(_) | State::Unknown(_) => {}
        }
    }

    fn replacement(&self, target: &Target) -> Option<State> {
        match target {
            Target::Resource { .. } => generated(target, &self.refs).map(|t| State::Ref(Arc::new(t))),
            Target::Pseudo(name) => {
                let known = match name.as_str() {
                    "AWS::Region" => self.inputs.region.as_deref(),
                    "AWS::AccountId" => self.inputs.account.as_deref(),
                    _ => None,
                };
                known.map(|text| State::Known(Value::Str(text.into())))
            }
            Target::External { .. } => None,
        }
    }
}

/// The generated resource that a target means: `Ref F.Alias`, `GetAtt F.Alias.Arn`, `${F.Alias}`.
fn generated(target: &Target, refs: &HashMap<SmolStr, SmolStr>) -> Option<Target> {
    let Target::Resource { id, attribute } = target else { return None };
    if attribute.is_none() && !id.contains('.') {
        return None;
    }
    let mut parts = id.split('.').chain(attribute.iter().flat_map(|a| a.split('.')));
    let (owner, property) = (parts.next()?, parts.next()?);
    let new = refs.get(format!("{owner}.{property}").as_str())?;
    let rest: Vec<&str> = parts.collect();
    let attribute = (!rest.is_empty()).then(|| SmolStr::from(rest.join(".")));
    Some(Target::Resource { id: new.clone(), attribute })
}

#[cfg(test)]
mod tests {
    use palisade_source::Span;

    use super::*;

    #[test]
    fn every_spelling_is_followed() {
        let inputs = Inputs { region: Some("eu-west-1".into()), ..Inputs::default() };
        let refs = HashMap::from([(SmolStr::from("F.Alias"), SmolStr::from("FAliaslive"))]);
        let rewrite = Rewrite { refs, inputs: &inputs };
        let at = super::super::build::At(Span::NONE);
        for (written, meant) in [
            (at.reference("F.Alias"), "${FAliaslive}"),
            (at.attribute("F", "Alias"), "${FAliaslive}"),
            (at.attribute("F", "Alias.Arn"), "${FAliaslive.Arn}"),
            (at.attribute("F.Alias", "Arn"), "${FAliaslive.Arn}"),
            (at.sub("x${F.Alias}", &[]), "x${FAliaslive}"),
            (at.attribute("F", "Arn"), "${F.Arn}"),
            (at.sub("${AWS::Region}/${AWS::AccountId}", &[]), "eu-west-1/${AWS::AccountId}"),
            (at.list(vec![at.reference("F.Alias")]), "[\"${FAliaslive}\"]"),
        ] {
            let mut val = written;
            rewrite.value(&mut val);
            assert_eq!(val.display(), meant);
        }
    }
}
