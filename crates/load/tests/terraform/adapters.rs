//! Modules of the registry: what they create, by their documentation.

use palisade_graph::Val;
use serde_json::json;

use crate::{Seen, look};

fn seen(text: &str) -> Seen {
    look(&[("main.tf", text)])
}

fn body<'a>(seen: &'a Seen, address: &str) -> &'a Val {
    &seen.at(address).body
}

fn addresses(seen: &Seen) -> Vec<&str> {
    seen.instances.iter().filter(|i| !i.data).map(|i| i.address.as_str()).collect()
}

#[test]
fn a_lambda_module_is_a_function_with_its_role() {
    let seen = seen(
        r#"
resource "aws_dynamodb_table" "t" {}
module "f" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "~> 7.0"

  function_name = "orders"
  handler       = "index.handler"
  runtime       = "nodejs20.x"
  source_path   = "${path.module}/src"

  environment_variables      = { TABLE = aws_dynamodb_table.t.name }
  tracing_mode               = "Active"
  attach_tracing_policy      = true
  create_lambda_function_url = true
  attach_policy_statements   = true
  policy_statements = {
    table = { effect = "Allow", actions = ["dynamodb:*"], resources = [aws_dynamodb_table.t.arn] }
  }
  allowed_triggers = { bus = { principal = "events.amazonaws.com", source_arn = "arn:aws:events:eu-west-1:1:rule/r" } }
  event_source_mapping = { t = { event_source_arn = aws_dynamodb_table.t.stream_arn, starting_position = "LATEST" } }
}
"#,
    );
    assert_eq!(
        addresses(&seen),
        [
            "aws_dynamodb_table.t",
            "module.f.aws_lambda_function.this[0]",
            "module.f.aws_cloudwatch_log_group.lambda[0]",
            "module.f.aws_lambda_permission.current_version_triggers[\"bus\"]",
            "module.f.aws_lambda_permission.unqualified_alias_triggers[\"bus\"]",
            "module.f.aws_lambda_event_source_mapping.this[\"t\"]",
            "module.f.aws_lambda_function_url.this[0]",
            "module.f.aws_iam_role.lambda[0]",
            "module.f.aws_iam_role_policy.logs[0]",
            "module.f.aws_iam_role_policy.tracing[0]",
            "module.f.aws_iam_role_policy.additional_inline[0]",
        ]
    );
    let function = body(&seen, "module.f.aws_lambda_function.this[0]");
    assert_eq!(function.get("function_name").as_str(), Some("orders"));
    assert_eq!(function.get("memory_size").as_int(), Some(128));
    assert_eq!(function.get("tracing_config").items()[0].get("mode").as_str(), Some("Active"));
    assert_eq!(function.get("role").display(), "${module.f.aws_iam_role.lambda[0].arn}");
    let environment = function.get("environment").items()[0].at("variables.TABLE").display();
    assert!(environment.contains("aws_dynamodb_table.t"), "{environment}");
    assert_eq!(
        body(&seen, "module.f.aws_lambda_function_url.this[0]").get("authorization_type").as_str(),
        Some("NONE")
    );
    let inline = body(&seen, "module.f.aws_iam_role_policy.additional_inline[0]").get("policy");
    let statement = &inline.get("Statement").items()[0];
    assert_eq!(statement.get("Action").to_json(), json!(["dynamodb:*"]));
    assert_eq!(statement.get("Resource").to_json(), json!(["${aws_dynamodb_table.t.arn}"]));
    // The action is the user's, at the place where it is written.
    let action = &statement.get("Action").items()[0];
    assert_eq!(seen.store.text(action.span), "\"dynamodb:*\"");
    let trust = body(&seen, "module.f.aws_iam_role.lambda[0]").get("assume_role_policy");
    let principal = trust.get("Statement").items()[0].get("Principal").to_json();
    assert_eq!(principal, json!({"Service": ["lambda.amazonaws.com"]}));
}

#[test]
fn what_is_switched_off_is_not_there() {
    let seen = seen(
        r#"
module "off" {
  source = "terraform-aws-modules/lambda/aws"
  create = false
}
module "layer" {
  source       = "terraform-aws-modules/lambda/aws"
  create_layer = true
  layer_name   = "libs"
}
module "own_role" {
  source                            = "terraform-aws-modules/lambda/aws"
  function_name                     = "f"
  create_role                       = false
  lambda_role                       = "arn:aws:iam::1:role/r"
  create_package                    = false
  local_existing_package            = "f.zip"
  use_existing_cloudwatch_log_group = true
}
"#,
    );
    assert_eq!(
        addresses(&seen),
        ["module.layer.aws_lambda_layer_version.this[0]", "module.own_role.aws_lambda_function.this[0]"]
    );
    let function = body(&seen, "module.own_role.aws_lambda_function.this[0]");
    assert_eq!(function.get("role").as_str(), Some("arn:aws:iam::1:role/r"));
    assert_eq!(function.get("filename").as_str(), Some("f.zip"));
}

#[test]
fn a_queue_has_its_dead_letters_and_a_topic_its_policy() {
    let seen = seen(
        r#"
module "q" {
  source     = "terraform-aws-modules/sqs/aws"
  version    = "~> 5.0"
  name       = "orders.fifo"
  fifo_queue = true
  create_dlq = true
}
module "t" {
  source            = "terraform-aws-modules/sns/aws"
  version           = "~> 6.0"
  name              = "news"
  kms_master_key_id = "alias/mine"
  subscriptions     = { q = { protocol = "sqs", endpoint = module.q.queue_arn } }
  topic_policy_statements = {
    pub = { actions = ["sns:Publish"], principals = [{ type = "AWS", identifiers = ["*"] }] }
  }
}
"#,
    );
    assert_eq!(body(&seen, "module.q.aws_sqs_queue.this[0]").get("name").as_str(), Some("orders.fifo"));
    assert_eq!(body(&seen, "module.q.aws_sqs_queue.dlq[0]").get("name").as_str(), Some("orders-dlq.fifo"));
    assert_eq!(
        body(&seen, "module.q.aws_sqs_queue.this[0]").get("sqs_managed_sse_enabled").as_bool(),
        Some(true)
    );
    let redrive = body(&seen, "module.q.aws_sqs_queue_redrive_policy.dlq[0]").get("redrive_policy");
    assert_eq!(
        redrive.to_json(),
        json!({"deadLetterTargetArn": "${module.q.aws_sqs_queue.dlq[0].arn}", "maxReceiveCount": 5})
    );
    let subscription = body(&seen, "module.t.aws_sns_topic_subscription.this[\"q\"]");
    assert_eq!(subscription.get("endpoint").display(), "${module.q.aws_sqs_queue.this[0].arn}");
    let policy = body(&seen, "module.t.aws_sns_topic_policy.this[0]").get("policy");
    let sids: Vec<String> =
        policy.get("Statement").items().iter().map(|s| s.get("Sid").display().to_string()).collect();
    assert_eq!(sids, ["DefaultStatementID", "pub"]);
    let own = &policy.get("Statement").items()[1];
    assert_eq!(own.get("Principal").to_json(), json!({"AWS": ["*"]}));
    assert_eq!(own.get("Resource").to_json(), json!(["${module.t.aws_sns_topic.this[0].arn}"]));
}

#[test]
fn the_defaults_are_those_of_the_version() {
    let seen = seen(
        r#"
module "old" {
  source  = "terraform-aws-modules/s3-bucket/aws"
  version = "3.1.0"
  bucket  = "old"
}
module "new" {
  source  = "terraform-aws-modules/s3-bucket/aws"
  version = "~> 4.0"
  bucket  = "new"

  attach_deny_insecure_transport_policy = true
  versioning                            = { enabled = true }
}
"#,
    );
    let block = |name: &str| {
        let address = format!("module.{name}.aws_s3_bucket_public_access_block.this[0]");
        body(&seen, &address).get("block_public_acls").as_bool()
    };
    assert_eq!(block("old"), Some(false));
    assert_eq!(block("new"), Some(true));
    let versioning = body(&seen, "module.new.aws_s3_bucket_versioning.this[0]");
    assert_eq!(versioning.get("versioning_configuration").items()[0].get("status").as_str(), Some("Enabled"));
    let policy = body(&seen, "module.new.aws_s3_bucket_policy.this[0]").get("policy");
    let statement = &policy.get("Statement").items()[0];
    assert_eq!(statement.get("Effect").as_str(), Some("Deny"));
    assert_eq!(statement.at("Condition.Bool").to_json(), json!({"aws:SecureTransport": ["false"]}));
}

#[test]
fn routes_of_both_shapes_lead_to_functions() {
    let seen = seen(
        r#"
resource "aws_lambda_function" "f" {}
module "old" {
  source                 = "terraform-aws-modules/apigateway-v2/aws"
  version                = "~> 2.0"
  name                   = "old"
  create_api_domain_name = false
  integrations = {
    "GET /orders" = { lambda_arn = aws_lambda_function.f.arn, payload_format_version = "2.0", authorization_type = "AWS_IAM" }
  }
}
module "new" {
  source             = "terraform-aws-modules/apigateway-v2/aws"
  version            = "~> 5.0"
  name               = "new"
  create_domain_name = false
  routes = {
    "GET /orders" = { integration = { uri = aws_lambda_function.f.arn } }
  }
}
"#,
    );
    for (module, authorization) in [("old", Some("AWS_IAM")), ("new", None)] {
        let route = body(&seen, &format!("module.{module}.aws_apigatewayv2_route.this[\"GET /orders\"]"));
        assert_eq!(route.get("authorization_type").as_str(), authorization);
        assert_eq!(route.get("route_key").as_str(), Some("GET /orders"));
        let integration =
            body(&seen, &format!("module.{module}.aws_apigatewayv2_integration.this[\"GET /orders\"]"));
        assert_eq!(integration.get("integration_type").as_str(), Some("AWS_PROXY"));
        assert_eq!(integration.get("integration_uri").display(), "${aws_lambda_function.f.arn}");
    }
    assert!(addresses(&seen).contains(&"module.old.aws_apigatewayv2_stage.default[0]"));
    assert!(addresses(&seen).contains(&"module.new.aws_apigatewayv2_stage.this[0]"));
}

#[test]
fn rules_have_their_targets_and_state_machines_their_role() {
    let seen = seen(
        r#"
resource "aws_lambda_function" "f" {}
module "bus" {
  source     = "terraform-aws-modules/eventbridge/aws"
  create_bus = false
  rules      = { crons = { schedule_expression = "rate(1 hour)" } }
  targets    = { crons = [{ name = "f", arn = aws_lambda_function.f.arn }] }
}
module "sfn" {
  source               = "terraform-aws-modules/step-functions/aws"
  name                 = "flow"
  definition           = "{}"
  service_integrations = { lambda = { lambda = [aws_lambda_function.f.arn] }, xray = { xray = true } }
}
"#,
    );
    assert_eq!(
        body(&seen, "module.bus.aws_cloudwatch_event_rule.this[\"crons\"]").get("name").as_str(),
        Some("crons-rule")
    );
    let target = body(&seen, "module.bus.aws_cloudwatch_event_target.this[\"f\"]");
    assert_eq!(target.get("rule").as_str(), Some("crons-rule"));
    assert_eq!(target.get("arn").display(), "${aws_lambda_function.f.arn}");
    let policy = |key: &str| {
        body(&seen, &format!("module.sfn.aws_iam_policy.service[\"{key}\"]")).get("policy").to_json()
    };
    assert_eq!(
        policy("lambda")["Statement"],
        json!([{"Sid": "lambdaLambda", "Effect": "Allow", "Action": ["lambda:InvokeFunction"], "Resource": ["${aws_lambda_function.f.arn}"]}])
    );
    assert_eq!(policy("xray")["Statement"][0]["Resource"], json!(["*"]));
    assert_eq!(
        body(&seen, "module.sfn.aws_sfn_state_machine.this[0]").get("role_arn").display(),
        "${module.sfn.aws_iam_role.this[0].arn}"
    );
}

#[test]
fn a_label_names_things() {
    let seen = seen(
        r#"
module "label" {
  source     = "cloudposse/label/null"
  version    = "0.25.0"
  namespace  = "Acme"
  stage      = "prod"
  name       = "My App"
  attributes = ["blue"]
  tags       = { Team = "x" }
}
module "child" {
  source  = "cloudposse/label/null"
  context = module.label.context
  name    = "worker"
}
resource "aws_sqs_queue" "q" {
  name = module.child.id
  tags = module.label.tags
}
"#,
    );
    let queue = body(&seen, "aws_sqs_queue.q");
    assert_eq!(queue.get("name").as_str(), Some("acme-prod-worker-blue"));
    assert_eq!(
        queue.get("tags").to_json(),
        json!({"Attributes": "blue", "Name": "acme-prod-myapp-blue", "Namespace": "acme", "Stage": "prod", "Team": "x"})
    );
}
