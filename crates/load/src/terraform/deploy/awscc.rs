//! Resources of the `awscc` provider: CloudFormation's own, in snake case.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use palisade_graph::{Entry, List, Map, State, Val, Value};
use smol_str::SmolStr;

use crate::terraform::table::{self, Attribute};

/// CloudFormation types and names of properties by their letters alone.
struct Names {
    types: HashMap<String, &'static str>,
    /// By type, and of all types together under the empty one.
    properties: HashMap<&'static str, HashMap<String, &'static str>>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names { types: HashMap::new(), properties: HashMap::new() };
    for ty in table::cfn_types() {
        names.types.insert(letters(ty.trim_start_matches("AWS::")), ty);
        for own in table::all(ty) {
            gather(&own.attributes, names.properties.entry(ty).or_default());
            gather(&own.attributes, names.properties.entry("").or_default());
        }
    }
    names
});

fn gather(attributes: &'static [Attribute], out: &mut HashMap<String, &'static str>) {
    for attribute in attributes {
        for step in attribute.cfn.split('.') {
            let step = step.trim_end_matches("[]");
            // Of two spellings the first in the table stays.
            out.entry(letters(step)).or_insert(step);
        }
        gather(&attribute.children, out);
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// CloudFormation type of an `awscc_*` type.
pub fn cfn_type(ty: &str) -> Option<SmolStr> {
    let rest = ty.strip_prefix("awscc_")?;
    if let Some(known) = NAMES.types.get(&letters(rest)) {
        return Some(SmolStr::new_static(known));
    }
    let (service, name) = rest.split_once('_')?;
    Some(smol_str::format_smolstr!("AWS::{}::{}", capital(service), pascal("", name)))
}

/// A name of CloudFormation from its snake case, as it is spelled in a type, or in the first that has it.
pub fn pascal(ty: &str, name: &str) -> SmolStr {
    let name_letters = letters(name);
    let spelled = |ty: &str| NAMES.properties.get(ty).and_then(|names| names.get(&name_letters));
    match spelled(ty).or_else(|| spelled("")) {
        Some(known) => SmolStr::new_static(known),
        None => name.split('_').map(capital).collect::<String>().into(),
    }
}

/// A name of a firewall's statements from its snake case.
pub fn firewall(name: &str) -> SmolStr {
    let word = |word: &str| match word {
        "ip" | "aws" | "acfp" | "atp" | "ja3" | "ja4" => word.to_ascii_uppercase(),
        other => capital(other),
    };
    name.split('_').map(word).collect::<String>().into()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

/// Maps whose keys are the author's.
const FREE: &[&str] = &[
    "variables",
    "stage_variables",
    "request_parameters",
    "request_templates",
    "request_models",
    "response_parameters",
    "response_templates",
    "parameters",
    "definition_substitutions",
    "roles",
    "labels",
    "route_settings",
];

/// Deeper values stay as they are.
const DEPTH: u8 = 32;

/// The properties of an `awscc_*` resource.
pub fn properties(ty: &str, body: &Val) -> Val {
    renamed(ty, body, DEPTH)
}

fn renamed(ty: &str, val: &Val, depth: u8) -> Val {
    let Some(less) = depth.checked_sub(1) else { return val.clone() };
    let state = match &val.state {
        State::Known(Value::Map(map)) => {
            let entry = |e: &Entry| {
                let snake = e.key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
                let document = e.key.ends_with("policy_document") || e.key.ends_with("policy");
                let free =
                    FREE.contains(&e.key.as_str()) || document || e.key == "body" || e.key == "definition";
                Entry {
                    key: if snake { pascal(ty, &e.key) } else { e.key.clone() },
                    key_span: e.key_span,
                    val: if free { e.val.clone() } else { renamed(ty, &e.val, less) },
                }
            };
            let entries = map.entries.iter().filter(|e| !e.val.is_null()).map(entry).collect();
            State::Known(Value::Map(Arc::new(Map { entries, open: map.open })))
        }
        State::Known(Value::List(list)) => {
            let items = list.items.iter().map(|v| renamed(ty, v, less)).collect();
            State::Known(Value::List(Arc::new(List { items, open: list.open })))
        }
        _ => return val.clone(),
    };
    Val { state, span: val.span, via: val.via.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_source::Span;

    #[test]
    fn names_are_cloudformations() {
        assert_eq!(cfn_type("awscc_lambda_function").unwrap(), "AWS::Lambda::Function");
        assert_eq!(cfn_type("awscc_appsync_graph_ql_api").unwrap(), "AWS::AppSync::GraphQLApi");
        assert_eq!(cfn_type("awscc_new_service_thing").unwrap(), "AWS::New::ServiceThing");
        assert_eq!(pascal("AWS::SQS::Queue", "kms_master_key_id"), "KmsMasterKeyId");
        assert_eq!(pascal("AWS::DynamoDB::Table", "kms_master_key_id"), "KMSMasterKeyId");
        assert_eq!(firewall("ip_set_reference_statement"), "IPSetReferenceStatement");
        assert_eq!(pascal("", "some_unheard_name"), "SomeUnheardName");
    }

    #[test]
    fn keys_of_the_author_stay() {
        let span = Span::NONE;
        let variables = Val::object([("table_name", Val::str("t", span))], span);
        let body = Val::object(
            [
                ("function_name", Val::str("f", span)),
                ("environment", Val::object([("variables", variables)], span)),
            ],
            span,
        );
        let wanted =
            serde_json::json!({"FunctionName": "f", "Environment": {"Variables": {"table_name": "t"}}});
        assert_eq!(properties("AWS::Lambda::Function", &body).to_json(), wanted);
    }
}
