//! From files to the graph.

use palisade_graph::Application;
use palisade_load::{Inputs, WalkOptions, read};
use palisade_source::Limits;
use serde_json::json;

use crate::tree;

fn only(files: &[(&str, &str)]) -> Application {
    let folder = tree(files);
    let out = read(folder.path(), &WalkOptions::default(), &Inputs::default(), &Limits::default()).unwrap();
    assert_eq!(out.failures, []);
    assert_eq!(out.applications.len(), 1);
    out.applications.into_iter().next().unwrap()
}

#[test]
fn a_condition_on_a_variable_without_value_makes_worlds() {
    let main = r#"
variable "env" {}
resource "aws_sqs_queue" "q" {
  delay_seconds = var.env == "prod" ? 10 : 0
}
"#;
    let application = only(&[("main.tf", main)]);
    let worlds: Vec<_> = application
        .worlds
        .iter()
        .map(|(world, graph)| {
            let node = graph.nodes.iter().find(|n| n.name == "aws_sqs_queue.q").unwrap();
            let facts: Vec<String> = world.facts.iter().map(|(k, v)| format!("{k}={v}")).collect();
            (facts.join(" "), node.props.get("DelaySeconds").as_int())
        })
        .collect();
    assert_eq!(worlds, [(String::new(), None), ("env=prod".to_owned(), Some(10))]);
}

#[test]
fn a_body_of_openapi_is_read_from_a_template_file() {
    let main = r#"
resource "aws_lambda_function" "f" {
  function_name = "f"
}
resource "aws_api_gateway_rest_api" "api" {
  name = "api"
  body = templatefile("${path.module}/api.json", { uri = aws_lambda_function.f.invoke_arn })
}
"#;
    let api = r#"{"openapi": "3.0.1", "paths": {"/orders": {"get": {
  "x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": "${uri}"}
}}}}"#;
    let application = only(&[("main.tf", main), ("api.json", api)]);
    let (_, graph) = application.worlds.first().unwrap();
    let ids: Vec<&str> = graph.nodes.iter().map(|n| n.id.as_str()).collect();
    assert!(ids.iter().any(|id| id.contains("GET /orders")), "{ids:?}");
    assert!(ids.contains(&"function:.#aws_lambda_function.f"), "{ids:?}");
}

#[test]
fn names_in_the_graph_are_addresses() {
    let main = r#"
module "m" {
  source   = "./m"
  for_each = toset(["x"])
}
"#;
    let application = only(&[("main.tf", main), ("m/main.tf", "resource \"aws_sqs_queue\" \"q\" {}\n")]);
    let (_, graph) = application.worlds.first().unwrap();
    let names: Vec<&str> = graph.nodes.iter().map(|n| n.name.as_str()).collect();
    assert_eq!(names, ["module.m[\"x\"].aws_sqs_queue.q"]);
    assert_eq!(json!(graph.nodes.first().unwrap().id), json!("store:.#module.m[\"x\"].aws_sqs_queue.q"));
}
