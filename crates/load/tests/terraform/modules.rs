use palisade_graph::FetchedKind;
use serde_json::json;

use crate::{look, why};

const QUEUE: &str = r#"
variable "name" {}
variable "delay" { default = 3 }
resource "aws_sqs_queue" "q" {
  name          = var.name
  delay_seconds = var.delay
}
output "arn" { value = aws_sqs_queue.q.arn }
output "name" { value = var.name }
"#;

#[test]
fn nested_modules() {
    let root = r#"
module "outer" {
  source = "./modules/outer"
  prefix = "p"
}
output "arn" { value = module.outer.arns["x"] }
"#;
    let outer = r#"
variable "prefix" {}
module "queue" {
  source   = "../queue"
  for_each = toset(["x", "y"])
  name     = "${var.prefix}-${each.key}"
}
output "arns" { value = { for k, m in module.queue : k => m.arn } }
"#;
    let seen = look(&[("main.tf", root), ("modules/outer/main.tf", outer), ("modules/queue/main.tf", QUEUE)]);
    assert_eq!(
        seen.addresses(),
        [
            "module.outer.module.queue[\"x\"].aws_sqs_queue.q",
            "module.outer.module.queue[\"y\"].aws_sqs_queue.q"
        ]
    );
    let first = seen.at("module.outer.module.queue[\"x\"].aws_sqs_queue.q");
    assert_eq!(first.body.get("name").to_json(), json!("p-x"));
    assert_eq!(first.body.get("delay_seconds").to_json(), json!(3));
    assert_eq!(first.folder, "modules/queue");
    let calls: Vec<&str> = first.calls.iter().map(|c| seen.store.text(*c)).collect();
    assert_eq!(calls, ["module \"outer\"", "module \"queue\""]);
    // What the caller wrote is where the caller wrote it.
    let name = seen.written(first.body.get("name"));
    assert_eq!(name, ("modules/outer/main.tf", "\"${var.prefix}-${each.key}\""));
    assert_eq!(seen.outputs.get("arn").display(), "${module.outer.module.queue[\"x\"].aws_sqs_queue.q.arn}");
}

#[test]
fn a_resource_may_be_given_to_a_module() {
    let root = r#"
resource "aws_iam_role" "r" {
  name = "r"
  path = "/x/"
}
module "m" {
  source = "./m"
  role   = aws_iam_role.r
}
output "whole" { value = module.m }
output "path" { value = module.m.path }
"#;
    let inner = r#"
variable "role" {}
resource "aws_lambda_function" "f" { role = var.role.arn }
output "path" { value = var.role.path }
"#;
    let seen = look(&[("main.tf", root), ("m/main.tf", inner)]);
    let role = seen.at("module.m.aws_lambda_function.f").body.get("role");
    assert_eq!(role.display(), "${aws_iam_role.r.arn}");
    assert_eq!(seen.outputs.get("path").to_json(), json!("/x/"));
}

#[test]
fn count_of_modules_and_paths() {
    let root = r#"
module "a" {
  count  = 2
  source = "./m"
  name   = "n${count.index}"
}
module "off" {
  count  = 0
  source = "./m"
  name   = "off"
}
output "all" { value = module.a[*].name }
output "second" { value = module.a[1].file }
output "off" { value = try(module.off[0].name, "none") }
"#;
    let inner = "variable \"name\" {}\noutput \"name\" { value = var.name }\n\
                 output \"file\" { value = \"${file(\"${path.module}/f.txt\")}@${path.module}\" }\n";
    let seen = look(&[("main.tf", root), ("m/main.tf", inner), ("m/f.txt", "text")]);
    assert_eq!(seen.outputs.to_json(), json!({"all": ["n0", "n1"], "second": "text@m", "off": "none"}));
}

#[test]
fn a_module_above_the_root() {
    let root = "module \"m\" {\n  source = \"../../modules/m\"\n}\noutput \"o\" { value = module.m.o }\n";
    let inner = "output \"o\" { value = [path.module, path.root, file(\"${path.module}/f.txt\")] }\n";
    let files = [("env/prod/main.tf", root), ("modules/m/main.tf", inner), ("modules/m/f.txt", "x")];
    let seen = crate::with(&files, "env/prod", &palisade_load::Inputs::default(), &[]);
    assert_eq!(seen.outputs.to_json(), json!({"o": ["../../modules/m", ".", "x"]}));
}

#[test]
fn modules_that_are_not_here() {
    let root = r#"
module "lambda" {
  source        = "acme/functions/aws"
  version       = "~> 7.0"
  function_name = "f"
  environment   = { A = aws_sqs_queue.q.url }
}
module "gone" { source = "./gone" }
resource "aws_sqs_queue" "q" {}
output "arn" { value = module.lambda.arn }
"#;
    let seen = look(&[("main.tf", root)]);
    assert_eq!(seen.addresses(), ["aws_sqs_queue.q", "module.lambda", "module.gone"]);
    let lambda = seen.at("module.lambda");
    assert_eq!(lambda.ty, "module");
    assert_eq!(lambda.body.get("function_name").to_json(), json!("f"));
    assert_eq!(lambda.body.get("source").to_json(), json!("acme/functions/aws"));
    assert_eq!(lambda.body.at("environment.A").display(), "${aws_sqs_queue.q.url}");
    assert_eq!(why(seen.outputs.get("arn")), "remote module");
    assert_eq!(seen.outputs.get("arn").display(), "${module.lambda.arn}");
    assert_eq!(seen.notes.len(), 2);
    assert_eq!(seen.failures, []);
}

#[test]
fn fetched_modules_are_read() {
    let root = "module \"a\" {\n  source = \"acme/a/aws\"\n}\noutput \"o\" { value = module.a.o }\n";
    let manifest = r#"{"Modules": [
        {"Key": "", "Source": "", "Dir": "."},
        {"Key": "a", "Source": "registry.terraform.io/acme/a/aws", "Dir": ".terraform/modules/a"},
        {"Key": "a.b", "Source": "acme/b/aws", "Dir": ".terraform/modules/a.b/sub"},
        {"Key": "out", "Source": "acme/b/aws", "Dir": "../../../etc"}
    ]}"#;
    let seen = look(&[
        ("main.tf", root),
        (".terraform/modules/modules.json", manifest),
        (
            ".terraform/modules/a/main.tf",
            "module \"b\" {\n  source = \"acme/b/aws\"\n}\noutput \"o\" { value = module.b.o }\n",
        ),
        (
            ".terraform/modules/a.b/sub/main.tf",
            "output \"o\" { value = \"deep\" }\nresource \"aws_x\" \"y\" {}\n",
        ),
    ]);
    assert_eq!(seen.outputs.to_json(), json!({"o": "deep"}));
    assert_eq!(seen.addresses(), ["module.a.module.b.aws_x.y"]);
}

#[test]
fn modules_that_call_themselves_end() {
    let text = "module \"m\" {\n  source = \"./\"\n}\nresource \"aws_x\" \"y\" {}\noutput \"o\" { value = module.m.o }\n";
    let seen = look(&[("main.tf", text)]);
    assert_eq!(seen.instances.len(), 17);
    assert!(why(seen.outputs.get("o")).starts_with("limit"));
    assert_eq!(seen.notes.len(), 1);
}

#[test]
fn override_files_are_merged() {
    let main = r#"
resource "aws_x" "a" {
  one = 1
  two = 2
  rule { n = 1 }
  rule { n = 2 }
  keep { n = 1 }
}
variable "v" {
  type    = string
  default = "x"
}
locals { l = 1 }
output "o" { value = [var.v, local.l] }
"#;
    let over = r#"
resource "aws_x" "a" {
  two = 3
  rule { n = 9 }
}
variable "v" { default = "over" }
locals { l = 2 }
"#;
    let seen = look(&[("main.tf", main), ("main_override.tf", over)]);
    assert_eq!(
        seen.at("aws_x.a").body.to_json(),
        json!({"one": 1, "keep": [{"n": 1}], "two": 3, "rule": [{"n": 9}]}).clone()
    );
    assert_eq!(seen.outputs.get("o").to_json(), json!(["over", 2]));
    assert_eq!(seen.written(seen.at("aws_x.a").body.get("two")), ("main_override.tf", "3"));
}

#[test]
fn tofu_files_stand_for_tf_files() {
    let seen = look(&[
        ("main.tf", "output \"o\" { value = \"terraform\" }\n"),
        ("main.tofu", "output \"o\" { value = \"tofu\" }\n"),
        ("more.tofu", "resource \"aws_x\" \"y\" {}\n"),
    ]);
    assert_eq!(seen.outputs.to_json(), json!({"o": "tofu"}));
    assert_eq!(seen.addresses(), ["aws_x.y"]);
}

#[test]
fn what_is_fetched_and_where_the_state_is() {
    let root = r#"
terraform {
  required_providers {
    aws    = { source = "hashicorp/aws" }
    random = "~> 3.0"
  }
}
module "own" { source = "./own" }
module "far" {
  source  = "terraform-aws-modules/sqs/aws"
  version = "~> 4.0"
}
"#;
    let own = "module \"git\" { source = \"git::https://example.com/x.git\" }\n";
    let files = [("main.tf", root), ("own/main.tf", own), ("terraform.tfstate", "{}")];
    let seen = look(&files);
    let mut fetched: Vec<(&str, &str, String)> = Vec::new();
    for f in &seen.interface.fetched {
        let kind = match f.kind {
            FetchedKind::Provider => "provider",
            FetchedKind::Plugin => "plugin",
        };
        fetched.push((kind, f.name.as_str(), f.version.as_str().unwrap_or("none").to_owned()));
    }
    for m in &seen.interface.modules {
        let version = if m.version.is_empty() { "none" } else { m.version.as_str() };
        fetched.push(("module", m.name.as_str(), version.to_owned()));
    }
    fetched.sort();
    let expected = [
        ("module", "far", "~> 4.0"),
        ("module", "git", "none"),
        ("provider", "aws", "none"),
        ("provider", "random", "~> 3.0"),
    ];
    assert_eq!(fetched, expected.map(|(k, n, v)| (k, n, v.to_owned())));
    let state = seen.interface.state_file.unwrap();
    assert_eq!(seen.store.get(state.file).unwrap().path.as_str(), "terraform.tfstate");

    // Ignored, or kept elsewhere: the file is not committed, or not in use.
    let ignored = look(&[files[0], files[1], files[2], (".gitignore", "*.tfstate\n")]);
    assert!(ignored.interface.state_file.is_none());
    let backend = "terraform {\n  backend \"s3\" { bucket = \"b\" }\n}\n";
    let remote = look(&[files[0], files[1], files[2], ("backend.tf", backend)]);
    assert!(remote.interface.state_file.is_none());
    let (kind, _, settings) = remote.interface.backend.unwrap();
    assert_eq!((kind.as_str(), settings.get("bucket").as_str()), ("s3", Some("b")));
}
