use serde_json::json;

use crate::look;

#[test]
fn resources_modules_and_dynamic_blocks() {
    let text = r#"{
  "//": "comment",
  "variable": {"name": {"default": "n", "type": "string"}, "on": {"type": "bool", "default": true}},
  "locals": {"upper": "${upper(var.name)}"},
  "data": {"aws_iam_policy_document": {"d": {"statement": [
    {"actions": ["s3:*"], "resources": ["*"]},
    {"actions": ["sqs:*"], "resources": ["${aws_sqs_queue.q[0].arn}"]}
  ]}}},
  "resource": {
    "aws_sqs_queue": {"q": {"count": 2, "name": "${local.upper}-${count.index}", "depends_on": ["aws_x.y"]}},
    "aws_x": {"y": {
      "policy": "${data.aws_iam_policy_document.d.json}",
      "vpc_config": {"ids": ["a"]},
      "dynamic": {"tag": {"for_each": {"k": "v"}, "content": {"key": "${tag.key}", "value": "${tag.value}"}}},
      "lifecycle": {"prevent_destroy": true}
    }}
  },
  "module": {"m": {"source": "./m", "in": "${var.on ? 1 : 2}"}},
  "output": {"o": {"value": "${module.m.out}"}}
}"#;
    let inner = r#"{"variable": {"in": {}}, "output": {"out": {"value": "${var.in + 1}"}}}"#;
    let seen = look(&[("main.tf.json", text), ("m/main.tf.json", inner)]);
    assert_eq!(seen.failures, []);
    assert_eq!(seen.outputs.to_json(), json!({"o": 2}));
    assert_eq!(seen.json("aws_sqs_queue.q[1]", "name"), json!("N-1"));
    assert_eq!(seen.json("aws_sqs_queue.q[1]", "depends_on"), json!(null));
    let body = &seen.at("aws_x.y").body;
    let statements = body.at("policy.Statement").items();
    let resource = statements.get(1).unwrap().get("Resource").items().first().unwrap();
    assert_eq!(resource.display(), "${aws_sqs_queue.q[0].arn}");
    assert_eq!(body.get("tag").to_json(), json!([{"key": "k", "value": "v"}]));
    assert_eq!(body.get("vpc_config").items().first().unwrap().to_json(), json!({"ids": ["a"]}));
    assert!(body.get("lifecycle").is_null());
    assert_eq!(
        seen.written(seen.at("aws_x.y").body.get("vpc_config").items().first().unwrap().get("ids")).1,
        "[\"a\"]"
    );
}

#[test]
fn what_cdktf_writes() {
    let text = r#"{
  "//": {"metadata": {"backend": "local"}},
  "provider": {"aws": [{"region": "us-east-1"}]},
  "resource": {"aws_lambda_function": {"fn_5B": {
    "//": {"metadata": {"path": "stack/fn"}},
    "function_name": "fn", "handler": "index.handler", "role": "${aws_iam_role.role_1.arn}",
    "environment": {"variables": {"Q": "${aws_sqs_queue.q.url}"}}
  }},
  "aws_iam_role": {"role_1": {"assume_role_policy": "{\"Version\":\"2012-10-17\",\"Statement\":[]}"}},
  "aws_sqs_queue": {"q": {}}}
}"#;
    let seen = look(&[("cdk.tf.json", text)]);
    assert_eq!(seen.failures, []);
    let body = &seen.at("aws_lambda_function.fn_5B").body;
    assert!(body.get("//").is_null());
    assert_eq!(body.get("role").display(), "${aws_iam_role.role_1.arn}");
    let environment = body.get("environment").items().first().unwrap();
    assert_eq!(environment.at("variables.Q").display(), "${aws_sqs_queue.q.url}");
}
