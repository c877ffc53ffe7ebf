//! References to what a resource generates: `Function.Alias`, `Api.Stage`.

use std::collections::HashMap;
use std::sync::Arc;

use palisade_graph::{Piece, State, Target, Val, Value};
use smol_str::SmolStr;

use crate::Stack;

/// Points references at the generated resources; `refs` is `Resource.Property` → logical id.
pub fn rewrite(stack: &mut Stack, refs: &HashMap<SmolStr, SmolStr>) {
    if refs.is_empty() {
        return;
    }
    for resource in stack.resources.values_mut() {
        change(&mut resource.props, refs, 0);
        change(&mut resource.attributes, refs, 0);
    }
    change(&mut stack.outputs, refs, 0);
}

const DEPTH: usize = 256;

/// Whether something below names a generated resource; what does not is left shared.
fn affected(val: &Val, refs: &HashMap<SmolStr, SmolStr>, depth: usize) -> bool {
    if depth > DEPTH {
        return false;
    }
    match &val.state {
        State::Ref(target) => replacement(target, refs).is_some(),
        State::Known(Value::List(list)) => list.items.iter().any(|v| affected(v, refs, depth + 1)),
        State::Known(Value::Map(map)) => map.entries.iter().any(|e| affected(&e.val, refs, depth + 1)),
        State::Partial(pieces) => pieces.iter().any(|p| match p {
            Piece::Text(_) => false,
            Piece::Hole(v) => affected(v, refs, depth + 1),
        }),
        State::Known(_) | State::Unknown(_) => false,
    }
}

fn change(val: &mut Val, refs: &HashMap<SmolStr, SmolStr>, depth: usize) {
    if depth == 0 && !affected(val, refs, 0) || depth > DEPTH {
        return;
    }
    match &mut val.state {
        State::Ref(target) => {
            if let Some(new) = replacement(target, refs) {
                *target = Arc::new(new);
            }
        }
        State::Known(Value::List(list)) => {
            for item in &mut Arc::make_mut(list).items {
                change(item, refs, depth + 1);
            }
        }
        State::Known(Value::Map(map)) => {
            for entry in &mut Arc::make_mut(map).entries {
                change(&mut entry.val, refs, depth + 1);
            }
        }
        State::Partial(pieces) => {
            let piece = |p: &Piece| match p {
                Piece::Text(t) => Piece::Text(t.clone()),
                Piece::Hole(v) => {
                    let mut v = v.clone();
                    change(&mut v, refs, depth + 1);
                    Piece::Hole(v)
                }
            };
            *pieces = pieces.iter().map(piece).collect();
        }
        State::Known(_) | State::Unknown(_) => {}
    }
}

/// The generated resource that a target means: `Ref F.Alias`, `GetAtt F.Alias.Arn`, `${F.Alias}`.
fn replacement(target: &Target, refs: &HashMap<SmolStr, SmolStr>) -> Option<Target> {
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
        let refs = HashMap::from([(SmolStr::from("F.Alias"), SmolStr::from("FAliaslive"))]);
        let at = super::super::build::At(Span::NONE);
        for (written, meant) in [
            (at.reference("F.Alias"), "${FAliaslive}"),
            (at.attribute("F", "Alias"), "${FAliaslive}"),
            (at.attribute("F", "Alias.Arn"), "${FAliaslive.Arn}"),
            (at.attribute("F.Alias", "Arn"), "${FAliaslive.Arn}"),
            (at.sub("x${F.Alias}", &[]), "x${FAliaslive}"),
            (at.attribute("F", "Arn"), "${F.Arn}"),
            (at.list(vec![at.reference("F.Alias")]), "[\"${FAliaslive}\"]"),
        ] {
            let mut val = written;
            change(&mut val, &refs, 0);
            assert_eq!(val.display(), meant);
        }
    }
}
