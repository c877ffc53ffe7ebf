use palisade_graph::{State, Target, Val};
use serde_json::json;

use crate::look;

fn target(val: &Val) -> &Target {
    match &val.state {
        State::Ref(target) => target,
        other => panic!("{other:?}"),
    }
}

#[test]
fn identity_is_a_reference_and_the_rest_is_its_value() {
    let text = r#"
resource "aws_lambda_function" "f" {
  function_name = "name"
  runtime       = "nodejs20.x"
  vpc_config {
    subnet_ids = ["a"]
  }
}
output "arn" { value = aws_lambda_function.f.arn }
output "name" { value = aws_lambda_function.f.function_name }
output "runtime" { value = aws_lambda_function.f.runtime }
output "version" { value = aws_lambda_function.f.version }
output "subnets" { value = aws_lambda_function.f.vpc_config[0].subnet_ids }
output "vpc" { value = aws_lambda_function.f.vpc_config[0].vpc_id }
output "log" { value = "/aws/lambda/${aws_lambda_function.f.function_name}" }
output "equal" { value = aws_lambda_function.f.function_name == "name" }
output "upper" { value = upper(aws_lambda_function.f.function_name) }
output "whole" { value = aws_lambda_function.f }
output "there" { value = aws_lambda_function.f.arn == null ? 1 : 2 }
output "null" { value = try({ a = 1 }[null], 3) }
"#;
    let seen = look(&[("main.tf", text)]);
    let out = |name: &str| seen.outputs.get(name);
    let attribute =
        |name: &str| Target::Resource { id: "aws_lambda_function.f".into(), attribute: Some(name.into()) };
    assert_eq!(*target(out("arn")), attribute("arn"));
    assert_eq!(*target(out("name")), attribute("function_name"));
    assert_eq!(*target(out("version")), attribute("version"));
    assert_eq!(
        *target(out("whole")),
        Target::Resource { id: "aws_lambda_function.f".into(), attribute: None }
    );
    assert_eq!(out("runtime").to_json(), json!("nodejs20.x"));
    assert_eq!(out("subnets").to_json(), json!(["a"]));
    assert!(!out("vpc").is_known());
    assert_eq!(out("log").display(), "/aws/lambda/${aws_lambda_function.f.function_name}");
    assert_eq!(out("equal").to_json(), json!(true));
    assert_eq!(out("upper").to_json(), json!("NAME"));
    assert_eq!(out("there").to_json(), json!(2));
    assert_eq!(out("null").to_json(), json!(3));
}

#[test]
fn instances_are_told_apart_by_their_keys() {
    let text = r#"
resource "aws_sqs_queue" "c" {
  count = 2
  name  = "c${count.index}"
}
resource "aws_sqs_queue" "m" {
  for_each = { a = 1, b = 2 }
}
resource "aws_sqs_queue" "none" {
  count = 0
}
resource "aws_sqs_queue" "any" {
  count = var.n
}
variable "n" {}
output "first" { value = aws_sqs_queue.c[0].arn }
output "all" { value = aws_sqs_queue.c[*].arn }
output "legacy" { value = aws_sqs_queue.c.*.arn }
output "b" { value = aws_sqs_queue.m["b"].arn }
output "values" { value = values(aws_sqs_queue.m)[*].arn }
output "map" { value = { for k, q in aws_sqs_queue.m : k => q.arn } }
output "none" { value = try(aws_sqs_queue.none[0].arn, "no") }
output "one" { value = one(aws_sqs_queue.none[*].arn) }
output "any" { value = aws_sqs_queue.any[0].arn }
output "length" { value = length(aws_sqs_queue.c) }
"#;
    let seen = look(&[("main.tf", text)]);
    let shown = |name: &str| seen.outputs.get(name).to_json();
    assert_eq!(shown("first"), json!("${aws_sqs_queue.c[0].arn}"));
    let both = json!(["${aws_sqs_queue.c[0].arn}", "${aws_sqs_queue.c[1].arn}"]);
    assert_eq!(shown("all"), both);
    assert_eq!(shown("legacy"), both);
    assert_eq!(shown("b"), json!("${aws_sqs_queue.m[\"b\"].arn}"));
    let both = json!(["${aws_sqs_queue.m[\"a\"].arn}", "${aws_sqs_queue.m[\"b\"].arn}"]);
    assert_eq!(shown("values"), both);
    assert_eq!(
        shown("map"),
        json!({"a": "${aws_sqs_queue.m[\"a\"].arn}", "b": "${aws_sqs_queue.m[\"b\"].arn}"})
    );
    assert_eq!(shown("none"), json!("no"));
    assert_eq!(shown("one"), json!(null));
    assert_eq!(shown("any"), json!("${aws_sqs_queue.any[*].arn}"));
    assert_eq!(shown("length"), json!(2));
}

#[test]
fn data_sources() {
    let text = r#"
data "aws_caller_identity" "me" {}
data "aws_region" "here" {}
data "aws_partition" "part" {}
data "aws_ssm_parameter" "p" {
  name = "/db/password"
}
data "aws_secretsmanager_secret_version" "s" {
  secret_id = "prod/db"
}
data "terraform_remote_state" "net" {
  backend = "s3"
}
data "aws_s3_bucket" "b" {
  bucket = "there"
}
data "aws_iam_policy" "managed" {
  name = "AdministratorAccess"
}
data "local_file" "l" {
  filename = "${path.module}/l.txt"
}
data "archive_file" "z" {
  type        = "zip"
  source_dir  = "src"
  output_path = "z.zip"
}
data "aws_ami" "x" {}
data "external" "e" {}
output "arn" {
  value = "arn:${data.aws_partition.part.partition}:sqs:${data.aws_region.here.name}:${data.aws_caller_identity.me.account_id}:q"
}
output "p" { value = data.aws_ssm_parameter.p.value }
output "s" { value = jsondecode(data.aws_secretsmanager_secret_version.s.secret_string)["password"] }
output "net" { value = data.terraform_remote_state.net.outputs.vpc_id }
output "b" { value = data.aws_s3_bucket.b.arn }
output "bucket" { value = data.aws_s3_bucket.b.bucket }
output "managed" { value = data.aws_iam_policy.managed.arn }
output "l" { value = data.local_file.l.content }
output "z" { value = data.archive_file.z.output_path }
output "x" { value = data.aws_ami.x.id }
output "e" { value = data.external.e.result.a }
"#;
    let seen = look(&[("main.tf", text), ("l.txt", "text")]);
    let shown = |name: &str| seen.outputs.get(name).display();
    assert_eq!(shown("arn"), "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:q");
    // Whether it is a `SecureString` stands in the account: rules judge by its name.
    assert!(matches!(target(seen.outputs.get("p")), Target::External { secret: false, .. }));
    assert!(matches!(target(seen.outputs.get("net")), Target::External { secret: false, .. }));
    assert_eq!(shown("b"), "${data.aws_s3_bucket.b.arn}");
    assert_eq!(shown("bucket"), "there");
    assert_eq!(shown("managed"), "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess");
    assert_eq!(shown("l"), "text");
    assert_eq!(shown("z"), "${data.archive_file.z.output_path}");
    assert_eq!(crate::why(seen.outputs.get("x")), "external lookup");
    assert_eq!(crate::why(seen.outputs.get("e")), "needs code to run");
}

#[test]
fn policy_documents_with_source_and_override() {
    let text = r#"
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "A"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
  statement {
    sid       = "B"
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.b.arn}/*"]
  }
}
data "aws_iam_policy_document" "all" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json]
  override_policy_documents = [data.aws_iam_policy_document.over.json]
  dynamic "statement" {
    for_each = ["sqs", "sns"]
    content {
      actions   = ["${statement.value}:*"]
      resources = ["*"]
    }
  }
}
data "aws_iam_policy_document" "over" {
  statement {
    sid       = "A"
    actions   = ["s3:*"]
    resources = ["*"]
  }
}
resource "aws_s3_bucket" "b" {}
resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.all.json
}
"#;
    let seen = look(&[("main.tf", text)]);
    let policy = seen.at("aws_iam_policy.p").body.get("policy");
    let statements = policy.get("Statement").items();
    let actions: Vec<_> = statements.iter().flat_map(|s| s.get("Action").items()).map(Val::display).collect();
    assert_eq!(actions, ["s3:*", "s3:PutObject", "sqs:*", "sns:*"]);
    let effects: Vec<_> = statements.iter().map(|s| s.get("Effect").display()).collect();
    assert_eq!(effects, ["Allow", "Deny", "Allow", "Allow"]);
    let resource = statements.get(1).unwrap().get("Resource").items().first().unwrap();
    assert_eq!(resource.display(), "${aws_s3_bucket.b.arn}/*");
    let action = statements.first().unwrap().get("Action").items().first().unwrap();
    assert_eq!(seen.written(action), ("main.tf", "\"s3:*\""));
}

#[test]
fn names_that_need_each_other_end() {
    let text = r#"
resource "aws_s3_bucket" "a" {
  bucket = "x-${aws_s3_bucket.b.bucket}"
}
resource "aws_s3_bucket" "b" {
  bucket = "y-${aws_s3_bucket.a.bucket}"
}
output "a" { value = aws_s3_bucket.a.bucket == "z" }
output "b" { value = lower(aws_s3_bucket.b.bucket) }
resource "aws_sqs_queue" "own" {
  count = length(aws_sqs_queue.own)
}
resource "aws_sqs_queue" "tags" {
  tags = { a = aws_sqs_queue.tags.tags }
}
"#;
    let seen = look(&[("main.tf", text)]);
    assert!(!seen.outputs.get("b").is_known());
    assert!(seen.at("aws_sqs_queue.tags").body.at("tags.a").display().contains("tags"));
}
