use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::action::Action;
use crate::catalogue::{self, Level};
use crate::context::Context;
use crate::decide::{Policies, Verdict, explain};
use crate::document::PolicyType;
use crate::principal::Caller;
use crate::request::Request;
use crate::statement::Policy;
use crate::symbol::Symbols;

const QUEUES: [&str; 2] = ["arn:aws:sqs:eu-west-1:123456789012:a", "arn:aws:sqs:eu-west-1:123456789012:b"];

fn read(json: &str) -> Sheet {
    Sheet::read(json).unwrap()
}

fn characters(sheet: &Sheet) -> usize {
    sheet.json().chars().count()
}

fn limit(characters: usize) -> Limits {
    Limits { characters, ..Limits::MANAGED }
}

fn names(service: &str) -> Vec<String> {
    let mut out = Vec::new();
    catalogue::names(catalogue::service(service).unwrap(), |_, name| out.push(format!("{service}:{name}")));
    out
}

fn allow(actions: &[String]) -> Sheet {
    let list = serde_json::to_string(actions).unwrap();
    let head = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"#;
    read(&format!(r#"{head}{list},"Resource":"*"}}]}}"#))
}

/// What identity policies decide about each action on each resource, with and without a key that conditions
/// of the tests ask for.
fn verdicts(documents: &[Sheet], actions: &[String], resources: &[&str]) -> Vec<Verdict> {
    let policies = Policies {
        identity: documents
            .iter()
            .map(|sheet| Arc::new(Policy::from_json(&sheet.json(), PolicyType::Identity).unwrap()))
            .collect(),
        ..Policies::default()
    };
    let symbols = Symbols::new();
    let mut out = Vec::new();
    for action in actions {
        for resource in resources {
            for tagged in [false, true] {
                let mut context = Context::new(true);
                if tagged {
                    let yes = crate::context::State::Known(["yes".into()].into_iter().collect());
                    context.insert("aws:RequestTag/safe", yes);
                }
                let caller = Caller::parse("arn:aws:iam::123456789012:role/r").unwrap();
                let action = Action::parse(action).unwrap();
                let request = Request::new(caller, action, resource, None, context, &symbols);
                out.push(explain(&request, &policies, &symbols).verdict);
            }
        }
    }
    out
}

fn pattern() -> impl Strategy<Value = String> {
    let full: Vec<String> = ["sqs", "sns", "sts"].iter().flat_map(|service| names(service)).collect();
    let name = prop::sample::select(full);
    prop_oneof![
        4 => name.clone(),
        3 => (name.clone(), 0usize..12).prop_map(|(name, length)| {
            let length = (name.find(':').unwrap() + 1 + length).min(name.len());
            format!("{}*", name.get(..length).unwrap())
        }),
        1 => (name.clone(), 1usize..6).prop_map(|(name, length)| {
            let (service, rest) = name.split_once(':').unwrap();
            format!("{service}:*{}", rest.get(rest.len().saturating_sub(length)..).unwrap())
        }),
        1 => name.prop_map(|name| format!("{}?", name.get(..name.len() - 1).unwrap()).to_uppercase()),
        1 => prop::sample::select(vec!["*", "s?s:*", "nosuch:Thing*", "sqs:NoSuchThing", "sqs", "SQS:get*"])
            .prop_map(str::to_owned),
    ]
}

fn statement() -> impl Strategy<Value = String> {
    let effect = prop_oneof![3 => Just("Allow"), 1 => Just("Deny")];
    let element = prop_oneof![4 => Just("Action"), 1 => Just("NotAction")];
    let resource = prop::sample::select(vec!["*", QUEUES[0], QUEUES[1]]);
    let condition = r#","Condition":{"StringEquals":{"aws:RequestTag/safe":"yes"}}"#;
    let condition = prop_oneof![2 => Just(""), 1 => Just(condition)];
    let list = prop::collection::vec(pattern(), 0..8);
    (effect, element, resource, condition, list).prop_map(|(effect, element, resource, condition, list)| {
        let list = serde_json::to_string(&list).unwrap();
        format!(r#"{{"Effect":"{effect}","{element}":{list},"Resource":"{resource}"{condition}}}"#)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Decided by the engine, which knows nothing of covers, on all actions of the services and on some that
    /// nobody knows.
    #[test]
    fn shrinking_what_was_expanded_decides_the_same(
        statements in prop::collection::vec(statement(), 1..5),
        share in 0usize..120,
    ) {
        let sheet = read(&format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(",")));
        let mut actions: Vec<String> = ["sqs", "sns", "sts"].iter().flat_map(|service| names(service)).collect();
        actions.extend(["s3:GetObject", "ec2:DescribeVpcs"].map(str::to_owned));
        let expected = verdicts(std::slice::from_ref(&sheet), &actions, &QUEUES);
        let (expanded, _) = sheet.expand().unwrap();
        prop_assert_eq!(&verdicts(std::slice::from_ref(&expanded), &actions, &QUEUES), &expected);
        prop_assert_eq!(&shrink(&expanded, None).unwrap().documents, std::slice::from_ref(&expanded));
        let size = characters(&expanded) * share / 100;
        for policy in [&expanded, &sheet] {
            match shrink(policy, Some(limit(size))) {
                Ok(shrunk) => {
                    prop_assert!(shrunk.documents.iter().all(|document| characters(document) <= size));
                    prop_assert!(size < characters(&expanded) || shrunk.wildcards.is_empty());
                    prop_assert_eq!(&verdicts(&shrunk.documents, &actions, &QUEUES), &expected);
                }
                Err(MinimalError::TooLong { size: least, .. }) => prop_assert!(least > size),
                Err(other) => prop_assert!(false, "{}", other),
            }
        }
    }

    #[test]
    fn exactly_what_is_needed_is_allowed(
        needs in prop::collection::vec((any::<prop::sample::Index>(), 0usize..3, any::<bool>()), 1..40),
        characters in 150usize..3_000,
    ) {
        let all = names("sqs");
        let mut set = NeededSet::default();
        let mut wanted = BTreeSet::new();
        for (place, (action, resource, tagged)) in needs.into_iter().enumerate() {
            let action = action.get(&all).clone();
            let resources: Vec<&str> = QUEUES.iter().copied().cycle().skip(resource).take(resource.max(1)).collect();
            for resource in &resources {
                wanted.insert((action.clone(), *resource, tagged));
            }
            let condition = NeedCondition {
                operator: "StringEquals".into(), key: "aws:RequestTag/safe".into(), values: vec!["yes".into()],
            };
            set.needs.push(Need {
                action: action.to_lowercase().into(),
                resources: resources.into_iter().map(Into::into).collect(),
                conditions: if tagged { vec![condition] } else { Vec::new() },
                sites: vec![u32::try_from(place).unwrap()],
            });
        }
        let Ok(generated) = minimal(&set, limit(characters)) else {
            // ten documents with one action each would do
            prop_assert!(characters < 800);
            return Ok(());
        };
        // in the order of `verdicts`
        let mut expected = Vec::new();
        for action in &all {
            let bare = Action::parse(action).unwrap().is_without_resources();
            for queue in QUEUES {
                for tagged in [false, true] {
                    expected.push(wanted.iter().any(|(a, r, t)| a == action && (bare || *r == queue) && (!t || tagged)));
                }
            }
        }
        let got: Vec<bool> =
            verdicts(&generated.documents, &all, &QUEUES).iter().map(|v| *v == Verdict::Allow).collect();
        prop_assert_eq!(got, expected);
        let sites: BTreeSet<u32> = generated.sites.values().flatten().copied().collect();
        prop_assert_eq!(sites.len(), set.needs.len());
    }
}

#[test]
fn one_character_decides_about_a_wildcard() {
    let actions: Vec<String> = [
        "sqs:ChangeMessageVisibility",
        "sqs:ListDeadLetterSourceQueues",
        "sqs:ListMessageMoveTasks",
        "sqs:ListQueueTags",
        "sqs:ListQueues",
        "sqs:SendMessage",
    ]
    .map(str::to_owned)
    .into();
    let sheet = allow(&actions);
    let size = characters(&sheet);
    let whole = shrink(&sheet, Some(limit(size))).unwrap();
    assert_eq!((whole.documents.as_slice(), whole.wildcards.len()), (std::slice::from_ref(&sheet), 0));
    let forced = shrink(&sheet, Some(limit(size - 1))).unwrap();
    // the queue service has these four actions on lists, and no other
    assert_eq!(forced.wildcards, ["sqs:List*"]);
    let short = allow(&["sqs:ChangeMessageVisibility", "sqs:List*", "sqs:SendMessage"].map(str::to_owned));
    assert_eq!(forced.documents, std::slice::from_ref(&short));
    assert_eq!(shrink(&sheet, Some(limit(characters(&short)))).unwrap().wildcards, ["sqs:List*"]);
    // one more: the prefix itself is cut
    assert_eq!(shrink(&sheet, Some(limit(characters(&short) - 1))).unwrap().wildcards, ["sqs:L*"]);
}

#[test]
fn documents_are_split_when_wildcards_are_not_allowed() {
    let sheet = allow(&names("sqs"));
    let size = characters(&sheet);
    let two = shrink(&sheet, Some(limit(size - 1).spelled_out())).unwrap();
    assert_eq!((two.documents.len(), two.wildcards.len()), (2, 0));
    let one = Limits { documents: 1, ..limit(size - 1).spelled_out() };
    let Err(MinimalError::TooLong { size: least, documents: 1, largest, .. }) = shrink(&sheet, Some(one))
    else {
        panic!("it does not fit into one");
    };
    assert_eq!((least, largest.len()), (size, 1));
}

#[test]
fn a_policy_of_a_resource_stays_one_document() {
    let list = serde_json::to_string(&names("sqs")).unwrap();
    let json = format!(r#"{{"Statement":{{"Effect":"Allow","Principal":"*","Action":{list}}}}}"#);
    let sheet = read(&json);
    let half = limit(json.len() / 2);
    assert_eq!(shrink(&sheet, Some(half)).unwrap().wildcards, ["sqs:*"]);
    let forced = shrink(&sheet, Some(half.spelled_out()));
    assert!(matches!(forced, Err(MinimalError::TooLong { documents: 1, .. })));
}

#[test]
fn statements_of_equal_surroundings_become_one_only_when_forced() {
    let sheet = read(
        r#"{"Statement":[{"Sid":"a","Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"},{"Sid":"b","Effect":"Allow","Resource":"*","Action":["sqs:ReceiveMessage"]},{"Effect":"Deny","Action":"sqs:ReceiveMessage","Resource":"*"}]}"#,
    );
    assert_eq!(shrink(&sheet, None).unwrap().documents, std::slice::from_ref(&sheet));
    let forced = shrink(&sheet, Some(limit(characters(&sheet) - 1))).unwrap();
    let merged = r#"{"Statement":[{"Sid":"a","Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:SendMessage"],"Resource":"*"},{"Effect":"Deny","Action":"sqs:ReceiveMessage","Resource":"*"}]}"#;
    assert_eq!(forced.documents[0].json(), merged);
    assert!(forced.wildcards.is_empty());
}

#[test]
fn everything_becomes_a_star_only_when_forced() {
    let sheet = allow(&["*".to_owned()]);
    let (expanded, unmatched) = sheet.expand().unwrap();
    assert_eq!(expanded.statements[0].actions.len(), catalogue::counts().actions);
    assert!(unmatched.is_empty());
    // spelled out, it is a policy that the engine reads
    let got = verdicts(std::slice::from_ref(&expanded), &["s3:GetObject".to_owned()], &["arn:aws:s3:::b/k"]);
    assert_eq!(got, [Verdict::Allow; 2]);
    let forced = shrink(&expanded, Some(Limits::MANAGED)).unwrap();
    assert_eq!(forced.documents, [sheet]);
}

#[test]
fn a_statement_is_named_after_service_and_verbs() {
    let need = |action: &str, resource: &str| Need {
        action: action.into(),
        resources: vec![resource.into()],
        conditions: Vec::new(),
        sites: vec![1],
    };
    let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/T";
    let set = NeededSet {
        needs: vec![
            need("xray:puttracesegments", "arn:aws:xray:eu-west-1:123456789012:group/g/1"),
            need("sqs:SendMessage", QUEUES[1]),
            need("sqs:SendMessage", QUEUES[0]),
            need("dynamodb:GetItem", table),
            need("dynamodb:PutItem", table),
            need("dynamodb:getitem", table),
            need("s3:GetObject", "arn:aws:s3:::b"),
        ],
    };
    let generated = minimal(&set, Limits::INLINE_ROLE).unwrap();
    let expected = r#"{"Version":"2012-10-17","Statement":[{"Sid":"DynamodbReadWrite","Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem"],"Resource":["arn:aws:dynamodb:eu-west-1:123456789012:table/T"]},{"Sid":"S3Read","Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::b/*"]},{"Sid":"SqsWrite","Effect":"Allow","Action":["sqs:SendMessage"],"Resource":["arn:aws:sqs:eu-west-1:123456789012:a","arn:aws:sqs:eu-west-1:123456789012:b"]},{"Sid":"XrayWrite","Effect":"Allow","Action":["xray:PutTraceSegments"],"Resource":["*"]}]}"#;
    assert_eq!(generated.documents.iter().map(Sheet::json).collect::<Vec<_>>(), [expected]);
    assert!(minimal(&NeededSet::default(), Limits::MANAGED).unwrap().documents.is_empty());
    let wild = NeededSet { needs: vec![need("sqs:*", "*")] };
    assert!(minimal(&wild, Limits::MANAGED).is_err());
}

/// `design: Read+List of all services: 321,407 → 37,819 characters`, by whole prefixes; cut ones are shorter.
#[test]
fn all_that_reads_is_compressed_to_an_eighth() {
    let mut actions = Vec::new();
    for service in catalogue::services() {
        catalogue::names(service, |id, name| {
            if matches!(id.level(), Level::Read | Level::List) {
                actions.push(format!("{}:{name}", service.prefix()));
            }
        });
    }
    let sheet = allow(&actions);
    let mut sizes = vec![characters(&sheet)];
    let mut plan = plan::Plan::new(&sheet, true);
    for stage in [plan::Stage::Prefix, plan::Stage::Shorter, plan::Stage::Single] {
        plan.apply(plan.moves_until(stage));
        sizes.push(plan.blocks[0].size());
    }
    plan.offer_middles();
    plan.apply(plan.moves());
    sizes.push(plan.blocks[0].size());
    eprintln!("{sizes:?}");
    assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
    assert!(sizes[1] * 8 < sizes[0], "{sizes:?}");
}

/// AWS itself is not bound by the limit; whatever keeps it does so in one document.
#[test]
fn every_managed_policy_expands_and_shrinks() {
    let mut all = Vec::new();
    catalogue::managed::all(|name, _, json| all.push((name.to_owned(), json.to_owned())));
    assert_eq!(all.len(), catalogue::managed::count());
    let mut documents = std::collections::BTreeMap::<usize, usize>::new();
    for (name, json) in &all {
        let sheet = read(json);
        let (expanded, _) = sheet.expand().unwrap();
        let Ok(shrunk) = shrink(&sheet, Some(Limits::MANAGED)) else {
            assert!(characters(&sheet) > 6_144, "{name}");
            *documents.entry(0).or_default() += 1;
            continue;
        };
        if characters(&sheet) <= 6_144 {
            assert_eq!(shrunk.documents.len(), 1, "{name}");
        }
        if characters(&expanded) <= 6_144 {
            assert!(shrunk.wildcards.is_empty(), "{name}");
            assert_eq!(shrunk.documents, [expanded], "{name}");
        }
        *documents.entry(shrunk.documents.len()).or_default() += 1;
    }
    eprintln!("{documents:?}");
}
