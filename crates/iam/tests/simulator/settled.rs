//! The kinds of line on which the simulator and we differ, each settled from AWS's guide: `docs/disagreements.md`
//! of this crate says how, and `decided.rs` holds it.

use serde_json::Value;

/// A statement with what it depends on.
struct Place<'a> {
    gate: &'a str,
    version: &'a Value,
    statement: &'a Value,
}

type Test = fn(&Value, &[Place<'_>]) -> bool;

/// Name, and whether a smallest line is of the kind; the first that holds names it.
const KINDS: [(&str, Test); 12] = [
    ("NotPrincipal lists every identifier", |_, places| {
        places.iter().any(|place| place.statement["Effect"] == "Deny" && has(place.statement, "NotPrincipal"))
    }),
    ("a role without trust policy", |line, _| {
        line["resource_policy"].is_null() && line["request"]["action"] == "sts:AssumeRole"
    }),
    ("a session that the resource names", |line, places| {
        let caller = line["request"]["principal"].as_str().unwrap();
        let names = |place: &Place<'_>| {
            place.gate == "resource_policy" && place.statement["Principal"].to_string().contains(caller)
        };
        !line["session"].is_null() && places.iter().any(names)
    }),
    ("variables in documents of 2008", |_, places| {
        places.iter().any(|place| place.version != "2012-10-17" && place.statement.to_string().contains("${"))
    }),
    ("an escaped wildcard", |_, places| {
        places.iter().any(|place| place.statement["Condition"].to_string().contains("${*}"))
    }),
    ("a pattern in the resource type", |_, places| {
        let patterned =
            |element| places.iter().any(|place| texts(&place.statement[element]).any(type_pattern));
        patterned("Resource") || patterned("NotResource")
    }),
    ("a variable in an ARN of a condition", |_, places| {
        places.iter().any(|place| {
            tests(place.statement)
                .any(|(operator, values)| operator.contains("Arn") && values.to_string().contains("${"))
        })
    }),
    ("a variable without value, negated", |_, places| {
        let negated = |operator: &str| operator.contains("Not");
        places.iter().any(|place| {
            tests(place.statement)
                .any(|(operator, values)| negated(operator) && values.to_string().contains("${"))
        })
    }),
    ("a variable without value in NotResource", |_, places| {
        places.iter().any(|place| texts(&place.statement["NotResource"]).any(|text| text.contains("${")))
    }),
    ("seconds and dates", |_, places| {
        places.iter().any(|place| tests(place.statement).any(|(operator, _)| operator.contains("Date")))
    }),
    ("a network of every address", |_, places| {
        places
            .iter()
            .any(|place| tests(place.statement).any(|(_, values)| values.to_string().contains("/0\"")))
    }),
    ("an address of the other family", |_, places| {
        places
            .iter()
            .any(|place| tests(place.statement).any(|(operator, _)| operator.contains("NotIpAddress")))
    }),
];

/// The kind of a smallest line, if it is settled.
pub fn kind(line: &Value) -> Option<&'static str> {
    let mut places = Vec::new();
    for (gate, documents) in line.as_object().unwrap() {
        if gate != "request" {
            collect(gate, documents, &mut places);
        }
    }
    KINDS.iter().find(|(_, test)| test(line, &places)).map(|(name, _)| *name)
}

/// The statements of a document, or of a list of them at any depth.
fn collect<'a>(gate: &'a str, documents: &'a Value, places: &mut Vec<Place<'a>>) {
    if let Value::Array(items) = documents {
        for item in items {
            collect(gate, item, places);
        }
        return;
    }
    let version = &documents["Version"];
    match &documents["Statement"] {
        Value::Array(statements) => {
            places.extend(statements.iter().map(|statement| Place { gate, version, statement }));
        }
        Value::Null => {}
        statement => places.push(Place { gate, version, statement }),
    }
}

fn has(statement: &Value, element: &str) -> bool {
    statement.get(element).is_some()
}

/// Operators of a statement with their keys and values.
fn tests(statement: &Value) -> impl Iterator<Item = (&str, &Value)> {
    statement["Condition"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(operator, values)| (operator.as_str(), values))
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let many = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    value.as_str().into_iter().chain(many)
}

/// Whether a wildcard or a variable stands before the first separator of the last segment.
fn type_pattern(resource: &str) -> bool {
    let tail = resource.splitn(6, ':').nth(5).unwrap_or("");
    let part = tail.find(['/', ':']).map_or("", |at| &tail[..at]);
    !resource.contains(":s3:") && part.contains(['*', '?', '$'])
}
