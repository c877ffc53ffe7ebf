//! Instances by hand: a body is JSON, in which `${address.attribute}` is a reference.
#![expect(clippy::disallowed_methods, reason = "tests write the files that they read")]

use palisade_graph::{Entry, Piece, State, Val, Value};
use palisade_source::{FileId, Jail, Limits, Span};

use super::stack;
use crate::terraform::Instance;
use crate::{Files, Stack};

/// A value of JSON with references in its strings.
fn val(json: &serde_json::Value, span: Span) -> Val {
    use serde_json::Value as J;
    match json {
        J::Null => Val::known(Value::Null, span),
        J::Bool(b) => Val::bool(*b, span),
        J::Number(n) => Val::known(Value::Num(n.to_string().into()), span),
        J::String(s) => text(s, span),
        J::Array(items) => Val::list(items.iter().map(|i| val(i, span)).collect(), span),
        J::Object(map) => {
            let entry = |(k, v): (&String, &J)| Entry { key: k.into(), key_span: span, val: val(v, span) };
            Val::map(map.iter().map(entry).collect(), span)
        }
    }
}

fn text(text: &str, span: Span) -> Val {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        if !before.is_empty() {
            pieces.push(Piece::Text(before.into()));
        }
        let (name, tail) = after.split_once('}').unwrap();
        let (id, attribute) = name.rsplit_once('.').unwrap();
        pieces.push(Piece::Hole(Val::attribute(id, attribute, span)));
        rest = tail;
    }
    if pieces.is_empty() {
        return Val::str(text, span);
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.into()));
    }
    match pieces.as_slice() {
        [Piece::Hole(v)] => v.clone(),
        _ => Val::new(State::Partial(pieces.into()), span),
    }
}

/// Instances at places of their own: the nth stands at byte n × 100.
fn instances(all: &[(&str, serde_json::Value)]) -> Vec<Instance> {
    let one = |(n, (address, body)): (usize, &(&str, serde_json::Value))| {
        let start = u32::try_from(n).unwrap() * 100;
        let at = |from, to| Span::new(FileId(0), start + from, start + to);
        let data = address.contains("data.");
        let plain = address.trim_start_matches("data.");
        let plain = plain.rsplit_once("aws_").map_or(plain, |(_, rest)| rest);
        let ty = if address.contains("aws_") {
            format!("aws_{}", plain.split('.').next().unwrap())
        } else {
            plain.split('.').next().unwrap().to_owned()
        };
        Instance {
            address: (*address).into(),
            ty: ty.into(),
            name: plain.rsplit('.').next().unwrap().into(),
            data,
            body: val(body, at(20, 90)),
            header: at(0, 10),
            block: at(0, 99),
            calls: Vec::new(),
            folder: "".into(),
            symbolic: address.ends_with("[*]"),
            kept: None,
            adapted: false,
        }
    };
    all.iter().enumerate().map(one).collect()
}

fn deployed(all: &[(&str, serde_json::Value)]) -> Stack {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::new(folder.path()).unwrap();
    let limits = Limits::default();
    let files = Files::new(&jail, &limits);
    stack(&files, instances(all), Val::default())
}

fn props(stack: &Stack, id: &str) -> serde_json::Value {
    stack.get(id).unwrap_or_else(|| panic!("no {id} in {:?}", stack.resources.keys())).props.to_json()
}

macro_rules! json {
    ($($t:tt)*) => { serde_json::json!($($t)*) };
}

#[test]
fn a_function_with_its_blocks() {
    let stack = deployed(&[
        (
            "aws_lambda_function.f",
            json!({
                "function_name": "orders", "runtime": "nodejs20.x", "memory_size": 256, "timeout": null,
                "role": "${aws_iam_role.r.arn}",
                "environment": [{"variables": {"TABLE": "${aws_dynamodb_table.t.name}"}}],
                "tracing_config": [{"mode": "Active"}],
                "vpc_config": [{"subnet_ids": ["${aws_subnet.a.id}"], "security_group_ids": []}],
                "file_system_config": [{"arn": "${aws_efs_access_point.p.arn}", "local_mount_path": "/mnt/x"}],
                "reserved_concurrent_executions": -1,
                "image_uri": "1.dkr.ecr.eu-west-1.amazonaws.com/x:1",
                "tags": {"Team": "a"},
            }),
        ),
        ("aws_iam_role.r", json!({})),
        ("aws_dynamodb_table.t", json!({})),
        ("aws_subnet.a", json!({})),
        ("aws_efs_access_point.p", json!({})),
    ]);
    assert_eq!(stack.get("aws_lambda_function.f").unwrap().ty, "AWS::Lambda::Function");
    assert_eq!(
        props(&stack, "aws_lambda_function.f"),
        json!({
            "FunctionName": "orders", "Runtime": "nodejs20.x", "MemorySize": 256,
            "Role": "${aws_iam_role.r.Arn}",
            "Environment": {"Variables": {"TABLE": "${aws_dynamodb_table.t}"}},
            "TracingConfig": {"Mode": "Active"},
            "VpcConfig": {"SubnetIds": ["${aws_subnet.a}"], "SecurityGroupIds": []},
            "FileSystemConfigs": [{"Arn": "${aws_efs_access_point.p.Arn}", "LocalMountPath": "/mnt/x"}],
            "ReservedConcurrentExecutions": null,
            "Code": {"ImageUri": "1.dkr.ecr.eu-west-1.amazonaws.com/x:1"},
            "Tags": [{"Key": "Team", "Value": "a"}],
        })
    );
}

#[test]
fn a_rest_api_and_its_parts() {
    let stack = deployed(&[
        ("aws_api_gateway_rest_api.a", json!({"name": "a"})),
        (
            "aws_api_gateway_resource.orders",
            json!({"rest_api_id": "${aws_api_gateway_rest_api.a.id}",
                   "parent_id": "${aws_api_gateway_rest_api.a.root_resource_id}", "path_part": "orders"}),
        ),
        (
            "aws_api_gateway_method.get",
            json!({"rest_api_id": "${aws_api_gateway_rest_api.a.id}", "authorization": "NONE",
                   "resource_id": "${aws_api_gateway_resource.orders.id}", "http_method": "GET"}),
        ),
        (
            "aws_api_gateway_integration.get",
            json!({"rest_api_id": "${aws_api_gateway_rest_api.a.id}", "type": "AWS_PROXY",
                   "resource_id": "${aws_api_gateway_resource.orders.id}", "http_method": "GET",
                   "uri": "${aws_lambda_function.f.invoke_arn}", "timeout_milliseconds": 5000}),
        ),
        (
            "aws_api_gateway_integration_response.get",
            json!({"rest_api_id": "${aws_api_gateway_rest_api.a.id}", "status_code": "200",
                   "resource_id": "${aws_api_gateway_resource.orders.id}", "http_method": "GET",
                   "response_parameters": {"method.response.header.X": "'*'"}}),
        ),
        ("aws_lambda_function.f", json!({"function_name": "f"})),
        (
            "aws_api_gateway_stage.prod",
            json!({"rest_api_id": "${aws_api_gateway_rest_api.a.id}", "stage_name": "prod", "xray_tracing_enabled": true}),
        ),
        (
            "aws_api_gateway_method_settings.all",
            json!({"rest_api_id": "${aws_api_gateway_rest_api.a.id}", "stage_name": "prod", "method_path": "*/*",
                   "settings": [{"logging_level": "INFO", "throttling_rate_limit": -1}]}),
        ),
        (
            "aws_lambda_permission.p",
            json!({"function_name": "f", "principal": "apigateway.amazonaws.com", "action": "lambda:InvokeFunction",
                   "source_arn": "${aws_api_gateway_rest_api.a.execution_arn}/*/*"}),
        ),
    ]);
    assert_eq!(
        props(&stack, "aws_api_gateway_method.get"),
        json!({
            "RestApiId": "${aws_api_gateway_rest_api.a}", "AuthorizationType": "NONE",
            "ResourceId": "${aws_api_gateway_resource.orders}", "HttpMethod": "GET",
            "Integration": {
                "Type": "AWS_PROXY", "TimeoutInMillis": 5000,
                "Uri": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${aws_lambda_function.f.Arn}/invocations",
                "IntegrationResponses": [{"StatusCode": "200", "ResponseParameters": {"method.response.header.X": "'*'"}}],
            },
        })
    );
    assert_eq!(
        props(&stack, "aws_api_gateway_resource.orders")["ParentId"],
        "${aws_api_gateway_rest_api.a.RootResourceId}"
    );
    assert_eq!(
        props(&stack, "aws_api_gateway_stage.prod"),
        json!({
            "RestApiId": "${aws_api_gateway_rest_api.a}", "StageName": "prod", "TracingEnabled": true,
            "MethodSettings": [{"LoggingLevel": "INFO", "ThrottlingRateLimit": null, "ResourcePath": "/*", "HttpMethod": "*"}],
        })
    );
    assert_eq!(
        props(&stack, "aws_lambda_permission.p")["SourceArn"],
        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${aws_api_gateway_rest_api.a}/*/*"
    );
    assert!(stack.get("aws_api_gateway_integration.get").is_none());
}

#[test]
fn what_is_split_from_a_bucket_is_folded_into_it_and_keeps_its_place() {
    let stack = deployed(&[
        ("aws_s3_bucket.b", json!({"bucket": "photos"})),
        ("aws_s3_bucket_acl.b", json!({"bucket": "${aws_s3_bucket.b.id}", "acl": "public-read"})),
        (
            "aws_s3_bucket_versioning.b",
            json!({"bucket": "photos", "versioning_configuration": [{"status": "Enabled"}]}),
        ),
        (
            "aws_s3_bucket_public_access_block.b",
            json!({"bucket": "${aws_s3_bucket.b.bucket}", "block_public_acls": true}),
        ),
        (
            "aws_s3_bucket_server_side_encryption_configuration.b",
            json!({"bucket": "photos", "rule": [{"bucket_key_enabled": true,
                "apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": "${aws_kms_key.k.arn}"}]}]}),
        ),
        ("aws_kms_key.k", json!({})),
        (
            "aws_s3_bucket_notification.b",
            json!({"bucket": "${aws_s3_bucket.b.id}", "lambda_function": [
                {"lambda_function_arn": "${aws_lambda_function.f.arn}", "events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
                 "filter_prefix": "in/", "filter_suffix": ".jpg"}]}),
        ),
        ("aws_lambda_function.f", json!({})),
        ("aws_s3_bucket_policy.b", json!({"bucket": "${aws_s3_bucket.b.id}", "policy": {"Statement": []}})),
        ("aws_s3_bucket_acl.other", json!({"bucket": "elsewhere", "acl": "public-read"})),
    ]);
    let filter = json!({"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".jpg"}]}});
    assert_eq!(
        props(&stack, "aws_s3_bucket.b"),
        json!({
            "BucketName": "photos", "AccessControl": "PublicRead",
            "VersioningConfiguration": {"Status": "Enabled"},
            "PublicAccessBlockConfiguration": {"BlockPublicAcls": true},
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [{"BucketKeyEnabled": true,
                "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "${aws_kms_key.k.Arn}"}}]},
            "NotificationConfiguration": {"LambdaConfigurations": [
                {"Function": "${aws_lambda_function.f.Arn}", "Filter": filter, "Event": "s3:ObjectCreated:*"},
                {"Function": "${aws_lambda_function.f.Arn}", "Filter": filter, "Event": "s3:ObjectRemoved:*"}]},
        })
    );
    let acl = stack.get("aws_s3_bucket.b").unwrap().props.get("AccessControl");
    assert_eq!(acl.span.start, 120, "in the block of the list");
    assert_eq!(props(&stack, "aws_s3_bucket_policy.b")["Bucket"], "${aws_s3_bucket.b}");
    assert_eq!(stack.get("aws_s3_bucket_acl.other").unwrap().ty, "aws_s3_bucket_acl");
}

#[test]
fn policies_reach_their_roles_however_they_are_attached() {
    let stack = deployed(&[
        (
            "aws_iam_role.r",
            json!({"name": "worker", "inline_policy": [{"name": "x", "policy": {"Statement": []}}]}),
        ),
        ("aws_iam_policy.p", json!({"policy": {"Statement": []}})),
        (
            "aws_iam_role_policy_attachment.a",
            json!({"role": "worker", "policy_arn": "${aws_iam_policy.p.arn}"}),
        ),
        (
            "aws_iam_role_policy_attachment.b",
            json!({"role": "${aws_iam_role.r.name}", "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        ),
        (
            "aws_iam_policy_attachment.c",
            json!({"name": "c", "roles": ["worker"], "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        ),
        ("aws_iam_role_policy.in", json!({"role": "${aws_iam_role.r.id}", "policy": {"Statement": []}})),
        (
            "aws_iam_role_policy_attachment.far",
            json!({"role": "elsewhere", "policy_arn": "arn:aws:iam::aws:policy/X"}),
        ),
        ("data.aws_iam_policy.managed", json!({"name": "ReadOnlyAccess"})),
        (
            "aws_iam_role_policy_attachment.d",
            json!({"role": "worker", "policy_arn": "${data.aws_iam_policy.managed.arn}"}),
        ),
    ]);
    assert_eq!(
        props(&stack, "aws_iam_role.r"),
        json!({
            "RoleName": "worker", "Policies": [{"PolicyName": "x", "PolicyDocument": {"Statement": []}}],
            "ManagedPolicyArns": ["${aws_iam_policy.p}", "arn:aws:iam::aws:policy/AdministratorAccess",
                "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"],
        })
    );
    assert_eq!(props(&stack, "aws_iam_role_policy.in")["RoleName"], "${aws_iam_role.r}");
    assert_eq!(stack.get("aws_iam_role_policy_attachment.far").unwrap().ty, "aws_iam_role_policy_attachment");
    assert!(stack.get("aws_iam_role_policy_attachment.b").is_none());
}

#[test]
fn each_range_of_a_block_is_a_rule() {
    let stack = deployed(&[
        (
            "aws_security_group.g",
            json!({"name": "g", "ingress": [{"protocol": "tcp", "from_port": 22, "to_port": 22,
                "cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"], "ipv6_cidr_blocks": ["::/0"], "self": true}]}),
        ),
        (
            "aws_security_group_rule.out",
            json!({"type": "egress", "security_group_id": "${aws_security_group.g.id}", "protocol": "-1",
                "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}),
        ),
        ("aws_security_group.empty", json!({"name": "e"})),
        (
            "aws_vpc_security_group_ingress_rule.r",
            json!({"security_group_id": "${aws_security_group.empty.id}", "ip_protocol": "tcp", "cidr_ipv4": "0.0.0.0/0", "from_port": 80, "to_port": 80}),
        ),
    ]);
    let tcp = |key: &str, peer: &str| json!({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, key: peer});
    assert_eq!(
        props(&stack, "aws_security_group.g"),
        json!({
            "GroupName": "g",
            "SecurityGroupIngress": [tcp("CidrIp", "10.0.0.0/8"), tcp("CidrIp", "0.0.0.0/0"), tcp("CidrIpv6", "::/0"),
                tcp("SourceSecurityGroupId", "${aws_security_group.g.GroupId}")],
            "SecurityGroupEgress": [{"IpProtocol": "-1", "FromPort": 0, "ToPort": 0, "CidrIp": "0.0.0.0/0"}],
        })
    );
    // Terraform takes the rule away that lets everything out.
    assert_eq!(
        props(&stack, "aws_security_group.empty"),
        json!({"GroupName": "e", "SecurityGroupEgress": []})
    );
    assert_eq!(
        props(&stack, "aws_vpc_security_group_ingress_rule.r"),
        json!({"GroupId": "${aws_security_group.empty.GroupId}", "IpProtocol": "tcp", "CidrIp": "0.0.0.0/0", "FromPort": 80, "ToPort": 80})
    );
}

#[test]
fn the_main_table_of_routes_is_of_its_network() {
    let stack = deployed(&[
        ("aws_vpc.main", json!({"cidr_block": "10.0.0.0/16"})),
        (
            "aws_default_route_table.main",
            json!({"default_route_table_id": "${aws_vpc.main.default_route_table_id}"}),
        ),
    ]);
    assert_eq!(props(&stack, "aws_default_route_table.main"), json!({"VpcId": "${aws_vpc.main}"}));
}

#[test]
fn what_is_looked_up_is_no_resource() {
    let stack = deployed(&[
        ("data.aws_lambda_function.far", json!({"function_name": "far"})),
        ("data.aws_region.current", json!({})),
        (
            "aws_lambda_permission.p",
            json!({"function_name": "${data.aws_lambda_function.far.arn}", "principal": "s3.amazonaws.com", "action": "lambda:InvokeFunction"}),
        ),
        (
            "aws_lambda_function.f",
            json!({"function_name": "f", "environment": [{"variables": {
                "SECRET": "${data.aws_secretsmanager_secret_version.s.secret_string}", "REGION": "${data.aws_region.current.name}",
                "SUFFIX": "${random_id.x.hex}"}}]}),
        ),
        ("data.aws_secretsmanager_secret_version.s", json!({"secret_id": "db"})),
        ("random_id.x", json!({})),
    ]);
    assert_eq!(
        stack.resources.keys().collect::<Vec<_>>(),
        ["aws_lambda_permission.p", "aws_lambda_function.f"]
    );
    assert_eq!(
        props(&stack, "aws_lambda_permission.p")["FunctionName"],
        "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:far"
    );
    let variables = stack.get("aws_lambda_function.f").unwrap().props.at("Environment.Variables").clone();
    assert!(matches!(
        variables.get("SECRET").as_target(),
        Some(palisade_graph::Target::External { secret: true, name, .. }) if name == "db"
    ));
    assert_eq!(variables.get("REGION").display(), "${AWS::Region}");
    assert!(matches!(variables.get("SUFFIX").state, State::Unknown(_)));
}

#[test]
fn targets_go_into_their_rule() {
    let stack = deployed(&[
        (
            "aws_cloudwatch_event_rule.r",
            json!({"name": "nightly", "schedule_expression": "rate(1 day)", "is_enabled": false}),
        ),
        (
            "aws_cloudwatch_event_target.t",
            json!({"rule": "nightly", "arn": "${aws_lambda_function.f.arn}", "target_id": "x"}),
        ),
        (
            "aws_cloudwatch_event_target.far",
            json!({"rule": "elsewhere", "arn": "${aws_lambda_function.f.arn}"}),
        ),
        ("aws_lambda_function.f", json!({})),
    ]);
    assert_eq!(
        props(&stack, "aws_cloudwatch_event_rule.r"),
        json!({"Name": "nightly", "ScheduleExpression": "rate(1 day)", "State": "DISABLED",
               "Targets": [{"Arn": "${aws_lambda_function.f.Arn}", "Id": "x"}]})
    );
    assert_eq!(stack.get("aws_cloudwatch_event_target.far").unwrap().ty, "AWS::Events::Rule");
}

#[test]
fn distributions_have_groups_of_origins_and_deliveries_of_logs() {
    let stack = deployed(&[
        (
            "aws_cloudfront_distribution.d",
            json!({"origin": [{"origin_id": "a"}, {"origin_id": "b"}], "origin_group": [{"origin_id": "g",
                "failover_criteria": [{"status_codes": [500]}], "member": [{"origin_id": "a"}, {"origin_id": "b"}]}]}),
        ),
        (
            "aws_cloudwatch_log_delivery_source.s",
            json!({"name": "s", "log_type": "ACCESS_LOGS", "resource_arn": "${aws_cloudfront_distribution.d.arn}"}),
        ),
    ]);
    assert_eq!(
        props(&stack, "aws_cloudfront_distribution.d")["DistributionConfig"]["OriginGroups"],
        json!({"Items": [{"Id": "g", "FailoverCriteria": {"StatusCodes": {"Items": [500]}},
            "Members": {"Items": [{"OriginId": "a"}, {"OriginId": "b"}]}}]})
    );
    assert_eq!(stack.get("aws_cloudwatch_log_delivery_source.s").unwrap().ty, "AWS::Logs::DeliverySource");
    let source = &props(&stack, "aws_cloudwatch_log_delivery_source.s");
    assert_eq!(source["LogType"], "ACCESS_LOGS");
    assert!(
        source["ResourceArn"].as_str().unwrap().ends_with("distribution/${aws_cloudfront_distribution.d}")
    );
}

#[test]
fn firewalls_keep_their_statements() {
    let stack = deployed(&[(
        "aws_wafv2_web_acl.w",
        json!({"name": "w", "scope": "REGIONAL", "default_action": [{"allow": [{}]}], "rule": [
            {"name": "rate", "priority": 1, "action": [{"block": [{}]}],
             "statement": [{"rate_based_statement": [{"limit": 1000, "aggregate_key_type": "IP"}]}],
             "visibility_config": [{"metric_name": "m", "cloudwatch_metrics_enabled": true, "sampled_requests_enabled": true}]},
            {"name": "both", "priority": 2, "override_action": [{"count": [{}]}],
             "statement": [{"and_statement": [{"statement": [{"geo_match_statement": [{"country_codes": ["NL"]}]},
                {"ip_set_reference_statement": [{"arn": "a"}]}]}]}]}]}),
    )]);
    let rules = &props(&stack, "aws_wafv2_web_acl.w")["Rules"];
    assert_eq!(
        rules[0]["Statement"],
        json!({"RateBasedStatement": {"Limit": 1000, "AggregateKeyType": "IP"}})
    );
    assert_eq!(rules[0]["Action"], json!({"Block": {}}));
    assert_eq!(
        rules[1]["Statement"],
        json!({"AndStatement": {"Statements": [{"GeoMatchStatement": {"CountryCodes": ["NL"]}},
            {"IPSetReferenceStatement": {"Arn": "a"}}]}})
    );
    assert_eq!(rules[1]["OverrideAction"], json!({"Count": {}}));
}

#[test]
fn inline_policies_are_resources_and_symbolic_instances_stand_for_any_key() {
    let stack = deployed(&[
        (
            "aws_sqs_queue.q[*]",
            json!({"policy": {"Statement": []}, "redrive_policy": {"maxReceiveCount": 3}}),
        ),
        (
            "aws_lambda_event_source_mapping.m",
            json!({"function_name": "f", "event_source_arn": "${aws_sqs_queue.q[0].arn}"}),
        ),
        (
            "aws_sqs_queue_redrive_policy.r",
            json!({"queue_url": "${aws_sqs_queue.q[*].url}", "redrive_policy": {"maxReceiveCount": 5}}),
        ),
    ]);
    assert_eq!(stack.get("aws_sqs_queue.q[*].policy").unwrap().ty, "AWS::SQS::QueueInlinePolicy");
    assert_eq!(props(&stack, "aws_sqs_queue.q[*].policy")["Queue"], "${aws_sqs_queue.q[*]}");
    assert_eq!(
        props(&stack, "aws_lambda_event_source_mapping.m")["EventSourceArn"],
        "${aws_sqs_queue.q[*].Arn}"
    );
    assert_eq!(props(&stack, "aws_sqs_queue.q[*]")["RedrivePolicy"], json!({"maxReceiveCount": 5}));
}

#[test]
fn code_is_found_behind_its_archive() {
    let folder = tempfile::tempdir().unwrap();
    for path in ["app/src/index.js", "app/one/main.py", "app/packed/handler.py", "app/packed/packed.zip"] {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    let jail = Jail::new(folder.path()).unwrap();
    let limits = Limits::default();
    let files = Files::new(&jail, &limits);
    let mut all = instances(&[
        ("data.archive_file.a", json!({"source_dir": "./src", "output_path": "./build/../a.zip"})),
        ("data.archive_file.one", json!({"source_file": "one/main.py", "output_path": "one.zip"})),
        (
            "data.archive_file.text",
            json!({"source": [{"content": "exports.x = 1", "filename": "x.js"}], "output_path": "t.zip"}),
        ),
        ("aws_lambda_function.by_path", json!({"filename": "a.zip", "handler": "index.handler"})),
        ("aws_lambda_function.by_reference", json!({"filename": "${data.archive_file.one.output_path}"})),
        ("aws_lambda_function.text", json!({"filename": "t.zip"})),
        ("aws_s3_object.code", json!({"bucket": "b", "key": "code.zip", "source": "a.zip"})),
        ("aws_lambda_function.object", json!({"s3_bucket": "b", "s3_key": "code.zip"})),
        ("aws_lambda_function.beside", json!({"filename": "packed/packed.zip", "handler": "handler.run"})),
        ("aws_lambda_function.none", json!({"filename": "missing.zip", "handler": "handler.run"})),
    ]);
    for i in &mut all {
        i.folder = "app".into();
    }
    let stack = stack(&files, all, Val::default());
    let root = |name: &str| stack.get(&format!("aws_lambda_function.{name}")).unwrap().source_root.clone();
    assert_eq!(root("by_path").as_deref(), Some("app/src"));
    assert_eq!(root("by_reference").as_deref(), Some("app/one/main.py"));
    assert_eq!(root("object").as_deref(), Some("app/src"));
    assert_eq!(root("beside").as_deref(), Some("app/packed"));
    assert_eq!(root("none"), None);
    assert_eq!(props(&stack, "aws_lambda_function.text")["Code"]["ZipFile"], "exports.x = 1");
}

#[test]
fn the_graph_of_an_application() {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::new(folder.path()).unwrap();
    let limits = Limits::default();
    let files = Files::new(&jail, &limits);
    let all = instances(&[
        (
            "module.a.aws_lambda_function.f[\"x/y\"]",
            json!({"function_name": "orders", "role": "${aws_iam_role.r.arn}"}),
        ),
        ("aws_iam_role.r", json!({"name": "worker", "assume_role_policy": {"Statement": []}})),
        (
            "aws_iam_policy.p",
            json!({"policy": {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "${aws_s3_bucket.b.arn}/*"}]}}),
        ),
        (
            "aws_iam_role_policy_attachment.a",
            json!({"role": "worker", "policy_arn": "${aws_iam_policy.p.arn}"}),
        ),
        ("aws_s3_bucket.b", json!({"bucket": "photos"})),
        (
            "aws_s3_bucket_notification.n",
            json!({"bucket": "${aws_s3_bucket.b.id}", "lambda_function": [
                {"lambda_function_arn": "${module.a.aws_lambda_function.f[\"x/y\"].arn}", "events": ["s3:ObjectCreated:*"]}]}),
        ),
        (
            "aws_lambda_permission.s3",
            json!({"function_name": "orders", "principal": "s3.amazonaws.com", "action": "lambda:InvokeFunction",
                   "source_arn": "${aws_s3_bucket.b.arn}"}),
        ),
        ("aws_apigatewayv2_api.api", json!({"name": "api", "protocol_type": "HTTP"})),
        (
            "aws_apigatewayv2_integration.i",
            json!({"api_id": "${aws_apigatewayv2_api.api.id}", "integration_type": "AWS_PROXY",
                   "integration_uri": "${module.a.aws_lambda_function.f[\"x/y\"].invoke_arn}"}),
        ),
        (
            "aws_apigatewayv2_route.r",
            json!({"api_id": "${aws_apigatewayv2_api.api.id}", "route_key": "GET /orders",
                   "target": "integrations/${aws_apigatewayv2_integration.i.id}"}),
        ),
        ("aws_cloudwatch_log_group.l", json!({"name": "/aws/lambda/orders", "retention_in_days": 0})),
        ("aws_sqs_queue.dead", json!({"name": "dead"})),
        (
            "aws_lambda_function_event_invoke_config.c",
            json!({"function_name": "orders", "destination_config": [{"on_failure": [{"destination": "${aws_sqs_queue.dead.arn}"}]}]}),
        ),
    ]);
    let stack = stack(&files, all, Val::default());
    let graph = crate::lower::lower(&files, "app", &stack);
    let function =
        graph.by_id("function:app#module.a.aws_lambda_function.f[\"x/y\"]").expect("the function's id");
    let name = |ix| graph.node(ix).map(|n| n.name.to_string()).unwrap_or_default();
    let edges: Vec<String> = graph
        .edges
        .iter()
        .filter(|e| e.from == function || e.to == function)
        .map(|e| format!("{} {} {}", name(e.from), e.kind.word(), name(e.to)))
        .collect();
    let f = "module.a.aws_lambda_function.f[\"x/y\"]";
    for wanted in [
        format!("aws_s3_bucket.b triggers {f}"),
        format!("aws_apigatewayv2_api.api GET /orders triggers {f}"),
        format!("{f} runs_as aws_iam_role.r"),
        format!("{f} logs_to aws_cloudwatch_log_group.l"),
        format!("{f} fails_to aws_sqs_queue.dead"),
    ] {
        assert!(edges.contains(&wanted), "{wanted} in {edges:?}");
    }
    let role = graph.by_id("role:app#aws_iam_role.r").and_then(|ix| graph.node(ix)).unwrap();
    let statements = &role.role().unwrap().statements;
    assert_eq!(statements.len(), 1);
    assert_eq!(statements[0].resources[0].display(), "${aws_s3_bucket.b.Arn}/*");
    let permissions = &graph.node(function).and_then(|n| n.function()).unwrap().permissions;
    assert_eq!(permissions.len(), 1);
    // The bucket has a permission, the API has none.
    let blocked: Vec<String> =
        graph.edges.iter().filter(|e| e.label == "blocked").map(|e| name(e.from)).collect();
    assert_eq!(blocked, ["aws_apigatewayv2_api.api GET /orders"]);
}

#[test]
fn empty_texts_are_nothing_and_layers_are_named() {
    let body = "openapi: 3.0.1\npaths:\n  /a:\n    get: {}\n";
    let stack = deployed(&[
        ("aws_sqs_queue.q", json!({"name": "q", "kms_master_key_id": "", "policy": ""})),
        ("aws_lambda_function.f", json!({"environment": [{"variables": {"EMPTY": ""}}], "kms_key_arn": ""})),
        ("aws_lambda_layer_version.l", json!({"layer_name": "shared"})),
        (
            "aws_lambda_layer_version_permission.p",
            json!({"layer_name": "shared", "principal": "*", "version_number": 1}),
        ),
        ("aws_api_gateway_rest_api.a", json!({"name": "a", "body": body})),
        ("aws_db_instance.d", json!({"identifier": "d"})),
        ("aws_cloudwatch_event_permission.e", json!({"principal": "*", "statement_id": "x"})),
    ]);
    assert_eq!(props(&stack, "aws_sqs_queue.q"), json!({"QueueName": "q"}));
    assert_eq!(props(&stack, "aws_lambda_function.f"), json!({"Environment": {"Variables": {"EMPTY": ""}}}));
    assert_eq!(
        props(&stack, "aws_lambda_layer_version_permission.p"),
        json!({"LayerVersionArn": "${aws_lambda_layer_version.l}", "Principal": "*", "Action": "lambda:GetLayerVersion"})
    );
    assert_eq!(props(&stack, "aws_api_gateway_rest_api.a")["Body"]["paths"], json!({"/a": {"get": {}}}));
    // Defaults of the provider say that they are.
    let database = &stack.get("aws_db_instance.d").unwrap().props;
    assert_eq!(database.get("PubliclyAccessible").as_bool(), Some(false));
    let way: Vec<palisade_graph::Via> = database.get("PubliclyAccessible").links().map(|l| l.word).collect();
    assert_eq!(way, [palisade_graph::Via::Defaulted]);
    assert_eq!(props(&stack, "aws_cloudwatch_event_permission.e")["EventBusName"], "default");
}

#[test]
fn grants_to_everybody_are_public_lists() {
    let grant = |uri: &str, permission: &str| json!({"permission": permission, "grantee": [{"type": "Group", "uri": uri}]});
    let all = "http://acs.amazonaws.com/groups/global/AllUsers";
    let authenticated = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
    let stack = deployed(&[
        ("aws_s3_bucket.a", json!({"bucket": "a"})),
        (
            "aws_s3_bucket_acl.a",
            json!({"bucket": "a", "access_control_policy": [{"grant": [grant(authenticated, "READ"), grant(all, "WRITE"), grant(all, "READ")]}]}),
        ),
        (
            "aws_s3_bucket.b",
            json!({"bucket": "b", "grant": [{"type": "Group", "uri": all, "permissions": ["READ"]}]}),
        ),
        (
            "aws_s3_bucket.c",
            json!({"bucket": "c", "grant": [{"type": "CanonicalUser", "id": "x", "permissions": ["FULL_CONTROL"]}]}),
        ),
    ]);
    assert_eq!(props(&stack, "aws_s3_bucket.a")["AccessControl"], "PublicReadWrite");
    assert_eq!(props(&stack, "aws_s3_bucket.b")["AccessControl"], "PublicRead");
    assert_eq!(props(&stack, "aws_s3_bucket.c"), json!({"BucketName": "c"}));
}

#[test]
fn names_that_hold_themselves_end() {
    let twice = "${aws_api_gateway_stage.s.arn}${aws_api_gateway_stage.s.arn}${data.aws_sqs_queue.q.arn}";
    let stack = deployed(&[
        ("aws_api_gateway_stage.s", json!({"rest_api_id": twice, "stage_name": "x"})),
        ("data.aws_sqs_queue.q", json!({"name": "${data.aws_sqs_queue.q.arn}${data.aws_sqs_queue.q.url}"})),
        ("aws_s3_bucket_acl.a", json!({"bucket": "${aws_s3_bucket_acl.b.id}", "acl": "private"})),
        ("aws_s3_bucket_acl.b", json!({"bucket": "${aws_s3_bucket_acl.a.id}", "acl": "private"})),
        ("aws_kms_alias.k", json!({"target_key_id": "${aws_kms_alias.k.target_key_arn}"})),
    ]);
    assert_eq!(stack.resources.len(), 4);
}

#[test]
fn the_provider_opens_urls_without_authorization() {
    let stack = deployed(&[
        ("aws_lambda_function.f", json!({"function_name": "f"})),
        ("aws_lambda_function_url.open", json!({"function_name": "f", "authorization_type": "NONE"})),
        ("aws_lambda_function_url.closed", json!({"function_name": "f", "authorization_type": "AWS_IAM"})),
    ]);
    let permission = stack.get("aws_lambda_function_url.open.permission").unwrap();
    assert_eq!(permission.implied_by.as_deref(), Some("aws_lambda_function_url.open"));
    assert_eq!(permission.props.get("Principal").as_str(), Some("*"));
    assert_eq!(permission.props.get("Action").as_str(), Some("lambda:InvokeFunctionUrl"));
    assert!(stack.get("aws_lambda_function_url.closed.permission").is_none());
}

#[test]
fn keys_of_custom_stores_and_conditions_of_backups() {
    let stack = deployed(&[
        ("aws_kms_key.own", json!({"custom_key_store_id": "cks-1"})),
        ("aws_kms_key.aws", json!({"is_enabled": true})),
        (
            "aws_backup_selection.s",
            json!({
                "resources": ["*"],
                "condition": [{"string_equals": [{"key": "aws:ResourceTag/a", "value": "b"}]}],
            }),
        ),
    ]);
    assert_eq!(props(&stack, "aws_kms_key.own"), json!({"Origin": "AWS_CLOUDHSM"}));
    assert_eq!(props(&stack, "aws_kms_key.aws"), json!({"Enabled": true}));
    let selection = props(&stack, "aws_backup_selection.s");
    let conditions = &selection["BackupSelection"]["Conditions"]["StringEquals"];
    assert_eq!(conditions.as_array().unwrap().len(), 1, "{selection}");
}
