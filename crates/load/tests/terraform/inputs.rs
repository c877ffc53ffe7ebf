use palisade_graph::Val;
use palisade_load::Inputs;
use palisade_source::Span;
use serde_json::json;

use crate::{look, why, with};

const MAIN: &str = r#"
variable "a" { default = "default" }
variable "b" { default = "default" }
variable "c" { default = "default" }
variable "d" { default = "default" }
variable "e" { default = "default" }
output "all" { value = [var.a, var.b, var.c, var.d, var.e] }
"#;

#[test]
fn values_win_in_their_order() {
    let files = [
        ("main.tf", MAIN),
        ("terraform.tfvars", "b = \"tfvars\"\nc = \"tfvars\"\nd = \"tfvars\"\ne = \"tfvars\"\n"),
        ("a.auto.tfvars", "c = \"auto a\"\nd = \"auto a\"\ne = \"auto a\"\n"),
        ("b.auto.tfvars.json", "{\"d\": \"auto b\", \"e\": \"auto b\"}"),
        ("prod.tfvars", "a = \"never\"\n"),
    ];
    let inputs = Inputs { params: [("e".to_owned(), "param".to_owned())].into(), ..Inputs::default() };
    let seen = with(&files, "", &inputs, &[]);
    assert_eq!(seen.outputs.get("all").to_json(), json!(["default", "tfvars", "auto a", "auto b", "param"]));
    let items = seen.outputs.get("all").items();
    assert_eq!(seen.written(items.get(1).unwrap()), ("terraform.tfvars", "\"tfvars\""));
    assert_eq!(items.get(4).unwrap().span, Span::NONE);
}

#[test]
fn values_of_the_command_line_have_the_type_of_the_variable() {
    let main = r#"
variable "flag" { type = bool }
variable "n" { type = number }
variable "list" { type = list(string) }
variable "text" { type = string }
variable "untyped" {}
variable "map" {}
variable "plain" { type = list(string) }
variable "objects" { type = list(object({ a = number })) }
output "all" {
  value = [var.flag, var.n, var.list, var.text, var.untyped, var.map.k, var.plain, var.objects]
}
"#;
    let params = [
        ("flag", "true"),
        ("n", "5"),
        ("list", "[\"a\", 1]"),
        ("text", "[1]"),
        ("untyped", "x"),
        ("map", "{k = \"v\"}"),
        ("plain", "a,b"),
        ("objects", "{\"a\":1},{\"a\":2}"),
    ];
    let params = params.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    let inputs = Inputs { params, ..Inputs::default() };
    let seen = with(&[("main.tf", main)], "", &inputs, &[]);
    assert_eq!(
        seen.outputs.get("all").to_json(),
        json!([true, 5, ["a", "1"], "[1]", "x", "v", ["a", "b"], [{"a": 1}, {"a": 2}]])
    );
}

#[test]
fn types_and_optional_attributes() {
    let main = r#"
variable "o" {
  type = object({
    name    = string
    size    = optional(number, 3)
    nested  = optional(object({ on = optional(bool, true), x = optional(string) }), {})
    tags    = optional(map(string), {})
    nothing = optional(string)
  })
  default = { name = 5, extra = 1, size = null }
}
variable "set" {
  type    = set(string)
  default = ["b", "a", "b"]
}
variable "none" { default = null }
variable "strict" {
  default  = "d"
  nullable = false
}
variable "legacy" { type = "string" }
output "o" { value = var.o }
output "set" { value = length(var.set) }
output "none" { value = var.none == null }
output "legacy" { value = var.legacy }
"#;
    let seen = look(&[("main.tf", main), ("terraform.tfvars", "strict = null\n")]);
    assert_eq!(
        seen.outputs.get("o").to_json(),
        json!({
            "name": "5", "size": 3, "nested": {"on": true, "x": null}, "tags": {}, "nothing": null
        })
    );
    assert_eq!(seen.outputs.get("set").to_json(), json!(2));
    assert_eq!(seen.outputs.get("none").to_json(), json!(true));
    assert_eq!(why(seen.outputs.get("legacy")), "parameter without default");
    assert_eq!(seen.outputs.get("legacy").display(), "${var.legacy}");
}

#[test]
fn null_is_no_value_where_none_may_be_null() {
    let main = "variable \"s\" {\n  default = \"d\"\n  nullable = false\n}\noutput \"s\" { value = var.s }\n";
    let root = "module \"m\" {\n  source = \"./m\"\n  s = null\n}\noutput \"s\" { value = module.m.s }\n";
    let seen = look(&[("main.tf", root), ("m/main.tf", main)]);
    assert_eq!(seen.outputs.get("s").to_json(), json!("d"));
}

#[test]
fn workspace_and_region() {
    let main = r#"
data "aws_region" "r" {}
output "w" { value = terraform.workspace == "prod" ? 1 : 0 }
output "r" { value = data.aws_region.r.name }
"#;
    let inputs =
        Inputs { workspace: Some("prod".into()), region: Some("eu-west-1".into()), ..Inputs::default() };
    let seen = with(&[("main.tf", main)], "", &inputs, &[]);
    assert_eq!(seen.outputs.to_json(), json!({"w": 1, "r": "eu-west-1"}));
}

#[test]
fn conditions_that_hang_on_a_variable_are_told() {
    let main = r#"
variable "env" {}
variable "on" { type = bool }
locals { is_prod = var.env == "prod" }
module "m" {
  source = "./m"
  env    = var.env
}
resource "aws_sqs_queue" "q" {
  count         = var.on ? 1 : 0
  delay_seconds = var.env == "prod" ? 10 : 0
}
"#;
    let inner =
        "variable \"env\" {}\nresource \"aws_sns_topic\" \"t\" {\n  name = var.env != \"dev\" ? 1 : 2\n}\n";
    let files = [("main.tf", main), ("m/main.tf", inner)];
    let seen = look(&files);
    let mut undecided = seen.undecided.clone();
    undecided.sort();
    assert_eq!(undecided, ["env", "on"]);
    let seen = with(&files, "", &Inputs::default(), &[("env", Val::str("prod", Span::NONE))]);
    assert_eq!(seen.json("aws_sqs_queue.q[*]", "delay_seconds"), json!(10));
    assert_eq!(seen.json("module.m.aws_sns_topic.t", "name"), json!(1));
}

#[test]
fn a_hidden_variable_without_value_is_a_secret() {
    let seen =
        look(&[("main.tf", "variable \"p\" {\n  sensitive = true\n}\noutput \"p\" { value = var.p }\n")]);
    let target = seen.outputs.get("p").as_target().unwrap();
    assert!(matches!(target, palisade_graph::Target::External { secret: true, .. }));
}
