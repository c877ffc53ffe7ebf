//! serverless-pseudo-parameters (1 and 2): `#{AWS::AccountId}` and `#{Resource.Attribute}` in any string
//! of the template stand for `Fn::Sub`.

use palisade_graph::{Entry, State, Val, Value};

use super::super::build::At;
use super::super::service::Service;

pub(super) fn rewrite(service: &Service<'_>, template: Val) -> Val {
    if service.plugins.open || !service.plugins.has("serverless-pseudo-parameters") {
        return template;
    }
    substitute(&template, false, 0)
}

fn substitute(val: &Val, inside: bool, depth: usize) -> Val {
    if depth > 256 {
        return val.clone();
    }
    match &val.state {
        State::Known(Value::Str(text)) if text.contains("#{") => {
            let out = Val { via: val.via.clone(), ..At(val.span).str(text.replace("#{", "${")) };
            if inside { out } else { At(val.span).sub(out) }
        }
        State::Known(Value::List(list)) => {
            let items = list.items.iter().map(|v| substitute(v, inside, depth + 1)).collect();
            Val { via: val.via.clone(), ..Val::list(items, val.span) }
        }
        State::Known(Value::Map(map)) => {
            let inner = |e: &Entry| {
                let sub = e.key == "Fn::Sub";
                Entry { val: substitute(&e.val, sub, depth + 1), ..e.clone() }
            };
            Val { via: val.via.clone(), ..Val::map(map.entries.iter().map(inner).collect(), val.span) }
        }
        _ => val.clone(),
    }
}
