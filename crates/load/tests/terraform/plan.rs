use palisade_graph::State;
use palisade_load::{Inputs, WalkOptions, read};
use palisade_source::Limits;
use serde_json::json;

use crate::tree;

const MAIN: &str = r#"
variable "env" {}
resource "aws_iam_role" "r" {
  name = "r-${var.env}"
}
resource "aws_lambda_function" "f" {
  for_each      = toset(["a", "b"])
  function_name = "f-${each.key}"
  role          = aws_iam_role.r.arn
  runtime       = var.env == "prod" ? "python3.8" : "python3.13"
  timeout       = var.env == "prod" ? 5 : 6
}
"#;

fn plan() -> String {
    let function = |key: &str| {
        json!({
            "address": format!("aws_lambda_function.f[\"{key}\"]"), "mode": "managed",
            "type": "aws_lambda_function", "name": "f", "index": key,
            "values": {
                "function_name": format!("f-{key}"), "runtime": "python3.8", "memory_size": 128, "timeout": 5,
                "description": null
            }
        })
    };
    json!({
        "format_version": "1.2",
        "variables": {"env": {"value": "prod"}},
        "planned_values": {"root_module": {
            "resources": [
                function("a"), function("b"),
                {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r",
                 "values": {"name": "r-prod"}}
            ],
            "child_modules": [{"address": "module.q", "resources": [
                {"address": "module.q.aws_sqs_queue.this[0]", "mode": "managed", "type": "aws_sqs_queue",
                 "name": "this", "index": 0, "values": {"name": "q", "kms_master_key_id": null}},
                {"address": "module.q.aws_kms_key.this[0]", "mode": "managed", "type": "aws_kms_key",
                 "name": "this", "index": 0, "values": {}}
            ]}]
        }},
        "resource_changes": [
            {"address": "aws_lambda_function.f[\"a\"]", "change": {"after_unknown": {"role": true, "arn": true}}},
            {"address": "module.q.aws_sqs_queue.this[0]", "change": {"after_unknown": {"kms_master_key_id": true}}}
        ],
        "configuration": {"root_module": {"module_calls": {"q": {"module": {"resources": [
            {"address": "aws_sqs_queue.this", "type": "aws_sqs_queue", "name": "this", "expressions": {
                "kms_master_key_id": {"references": ["aws_kms_key.this[0].arn", "aws_kms_key.this[0]"]}}}
        ]}}}}}
    })
    .to_string()
}

#[test]
fn a_plan_wins_and_points_to_the_blocks_in_the_tree() {
    let folder = tree(&[("main.tf", MAIN), ("plan.json", &plan())]);
    let out = read(folder.path(), &WalkOptions::default(), &Inputs::default(), &Limits::default()).unwrap();
    assert_eq!(out.failures, []);
    let [application] = out.applications.as_slice() else { panic!("{}", out.applications.len()) };
    let (_, graph) = application.worlds.first().unwrap();
    let find = |name: &str| graph.nodes.iter().find(|n| n.name == name).unwrap();
    let function = find("aws_lambda_function.f[\"a\"]");
    let props = &function.props;
    assert_eq!(props.get("Runtime").to_json(), json!("python3.8"));
    assert_eq!(application.store.text(props.get("Runtime").span), "\"python3.8\"");
    assert!(application.store.text(function.block).starts_with("resource \"aws_lambda_function\" \"f\""));
    assert_eq!(props.get("MemorySize").to_json(), json!(128));
    assert!(!props.get("MemorySize").span.is_some());
    assert!(matches!(props.get("Role").state, State::Ref(_)), "{:?}", props.get("Role"));
    let queue = find("module.q.aws_sqs_queue.this[0]");
    assert_eq!(application.store.get(queue.block.file).unwrap().path, "plan.json");
    assert!(matches!(queue.props.get("KmsMasterKeyId").state, State::Ref(_)), "{:?}", queue.props);
}

#[test]
fn a_plan_alone_is_an_application() {
    let folder = tree(&[("out/plan.json", &plan())]);
    let out = read(folder.path(), &WalkOptions::default(), &Inputs::default(), &Limits::default()).unwrap();
    let [application] = out.applications.as_slice() else { panic!("{}", out.applications.len()) };
    assert_eq!(application.root, "out");
    let (_, graph) = application.worlds.first().unwrap();
    assert_eq!(graph.nodes.iter().filter(|n| n.name.contains("aws_lambda_function")).count(), 2);
}
