//! What readers of Terraform are told: one cause is one finding, in their own words.

use crate::run::{Tree, rules, tree};

const ROLE: &str = r#"
variable "name" {}
resource "aws_iam_role" "role" {
  name               = var.name
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
resource "aws_iam_role_policy" "wide" {
  role   = aws_iam_role.role.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "dynamodb:*", Resource = "*" }]
  })
}
output "arn" { value = aws_iam_role.role.arn }
"#;

const FUNCTION: &str = r#"
module "role" {
  source = "../modules/role"
  name   = "f"
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  filename      = "f.zip"
  handler       = "f.handler"
  runtime       = "nodejs24.x"
  role          = module.role.arn
}
"#;

const URL: &str = r#"
resource "aws_lambda_function_url" "f" {
  function_name      = aws_lambda_function.f.function_name
  authorization_type = "NONE"
}
resource "aws_lambda_permission" "f" {
  function_name          = aws_lambda_function.f.function_name
  action                 = "lambda:InvokeFunctionUrl"
  principal              = "*"
  function_url_auth_type = "NONE"
}
"#;

fn findings(tree: &Tree, rule: &str) -> Vec<serde_json::Value> {
    tree.report(&["--select", rule])["findings"].as_array().unwrap().clone()
}

#[test]
fn a_module_that_roots_share_is_found_once_with_what_is_worst_around_it() {
    let open = format!("{FUNCTION}{URL}");
    let tree =
        tree(&[("modules/role/main.tf", ROLE), ("one/main.tf", FUNCTION), ("two/main.tf", open.as_str())]);
    let all = findings(&tree, "iam-wildcard-action");
    let [finding] = all.as_slice() else { panic!("{all:#?}") };
    assert_eq!(
        finding["affected"],
        serde_json::json!([
            "role:one#module.role.aws_iam_role.role",
            "role:two#module.role.aws_iam_role.role"
        ])
    );
    let message = finding["message"].as_str().unwrap();
    assert!(
        message
            .starts_with("2 roles (`aws_iam_role.role`) may do `dynamodb:*` on every resource; in `two`: "),
        "{message}"
    );
    assert!(message.contains("anybody on the internet"), "{message}");
}

#[test]
fn other_causes_at_one_place_stay_apart() {
    let wider = ROLE.replace("\"dynamodb:*\"", "var.name == \"f\" ? \"dynamodb:*\" : \"sqs:*\"");
    let two = FUNCTION.replace("\"f\"\n}", "\"g\"\n}");
    let tree = tree(&[("modules/role/main.tf", &wider), ("one/main.tf", FUNCTION), ("two/main.tf", &two)]);
    let messages: Vec<String> =
        findings(&tree, "iam-wildcard-action").iter().map(|f| f["message"].to_string()).collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
}

#[test]
fn a_block_and_its_instances_are_one_subject() {
    let text = "
variable \"env\" {}
resource \"aws_iam_policy\" \"p\" {
  count  = var.env == \"staging\" ? 1 : 0
  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"sqs:*\", Resource = \"*\" }] })
}
";
    let tree = tree(&[("main.tf", text)]);
    let all = findings(&tree, "iam-wildcard-action");
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(all[0]["affected"], serde_json::json!(["policy:.#aws_iam_policy.p[*]"]));
    assert!(all[0]["message"].as_str().unwrap().starts_with("policy `aws_iam_policy.p[*]` may do"));
}

#[test]
fn help_has_the_words_of_terraform_only() {
    let text = format!(
        "{}{}",
        FUNCTION.replace("module.role.arn", "\"arn:aws:iam::123456789012:role/r\""),
        "resource \"aws_sns_topic\" \"t\" {}
resource \"aws_sns_topic_subscription\" \"s\" {
  topic_arn = aws_sns_topic.t.arn
  protocol  = \"lambda\"
  endpoint  = aws_lambda_function.f.arn
}
resource \"aws_lambda_permission\" \"t\" {
  function_name = aws_lambda_function.f.function_name
  action        = \"lambda:InvokeFunction\"
  principal     = \"sns.amazonaws.com\"
  source_arn    = aws_sns_topic.t.arn
}
"
    );
    let tree = tree(&[("modules/role/main.tf", ROLE), ("one/main.tf", &text)]);
    let all = findings(&tree, "function-async-without-failure-target");
    let help = all.first().map(|f| f["help"].as_str().unwrap().to_owned()).unwrap_or_default();
    assert_eq!(help, "set `dead_letter_config` or an on-failure destination to a queue");
}

#[test]
fn the_name_of_a_variable_is_no_secret() {
    let tree = tree(&[(
        "main.tf",
        "variable \"db_password\" {\n  type = string\n}\noutput \"x\" { value = 1 }\n\
        resource \"aws_sqs_queue\" \"q\" {}\n",
    )]);
    let report = tree.report(&["--select", "secrets-*"]);
    assert_eq!(rules(&report), ["secrets-parameter-echoed"]);
    let text = tree.run(&["scan", "--select", "secrets-*"]).out;
    assert!(text.contains("variable \"db_password\" {"), "{text}");
}

#[test]
fn what_a_module_of_another_version_creates_is_a_guess() {
    let text = |version: &str| {
        format!(
            "module \"f\" {{\n  source = \"terraform-aws-modules/lambda/aws\"\n  version = \"{version}\"\n  \
             function_name = \"f\"\n  handler = \"a.b\"\n  runtime = \"nodejs12.x\"\n  source_path = \"src\"\n}}\n"
        )
    };
    for (version, confidence) in [("~> 7.0", "high"), ("~> 1.0", "low")] {
        let tree = tree(&[("main.tf", &text(version))]);
        let all = findings(&tree, "function-runtime-deprecated");
        assert_eq!(all.len(), 1, "{version}");
        assert_eq!(all[0]["confidence"], confidence, "{version}");
    }
}

#[test]
fn a_fix_refers_to_resources_of_its_own_module_only() {
    let topic = "
resource \"aws_sns_topic\" \"t\" {}
resource \"aws_sns_topic_subscription\" \"s\" {
  topic_arn = aws_sns_topic.t.arn
  protocol  = \"lambda\"
  endpoint  = aws_lambda_function.f.arn
}
resource \"aws_lambda_permission\" \"t\" {
  function_name = aws_lambda_function.f.function_name
  action        = \"lambda:InvokeFunction\"
  principal     = \"sns.amazonaws.com\"
  source_arn    = aws_sns_topic.t.arn
}
";
    let rule = ["--select", "function-async-without-failure-target"];
    // The role is made by another module, which does not know the queue.
    let apart = format!("{FUNCTION}{topic}");
    let tree = tree(&[("modules/role/main.tf", ROLE), ("one/main.tf", &apart)]);
    let done = tree.run(&[&["fix", "--unsafe", "--verbose"][..], &rule].concat());
    assert!(done.out.is_empty(), "{}", done.out);
    assert!(done.err.contains("it refers to a resource of another module"), "{}", done.err);
    // Beside the function it does.
    let own = ROLE
        .replace("variable \"name\" {}", "")
        .replace("var.name", "\"f\"")
        .replace("output", "locals # output");
    let own = own.split("locals #").next().unwrap();
    let together = format!(
        "{}{own}{topic}",
        FUNCTION.split("resource").nth(1).map_or(String::new(), |f| format!("resource{f}"))
    )
    .replace("module.role.arn", "aws_iam_role.role.arn");
    let tree = crate::run::tree(&[("one/main.tf", &together)]);
    let done = tree.run(&[&["fix", "--unsafe", "--verbose"][..], &rule].concat());
    assert!(done.out.contains("aws_sqs_queue.f_dead_letters.arn"), "{done:?}");
}
