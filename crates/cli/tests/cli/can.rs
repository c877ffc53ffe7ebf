//! Whether a function may do something, asked of whole applications.

use serde_json::json;

use crate::run::{Done, Tree, schema, tree, valid};

/// Tables and buckets of one stack without names, functions with policies of every kind.
const SAM: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  OtherTableArn:
    Type: String
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Audit:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Photos:
    Type: AWS::S3::Bucket
  Fence:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: [dynamodb:*, logs:*]
            Resource: '*'
  Create:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: a.b
      InlineCode: x
      Policies:
        - DynamoDBWritePolicy:
            TableName: !Ref Orders
        - AWSXRayDaemonWriteAccess
        - Version: '2012-10-17'
          Statement:
            - Effect: Allow
              Action: dynamodb:GetItem
              Resource: !Ref OtherTableArn
            - Effect: Allow
              Action: s3:PutObject
              Resource: !Sub '${Photos.Arn}/*'
              Condition:
                IpAddress: {'aws:SourceIp': 10.0.0.0/8}
            - Effect: Allow
              Action: s3:GetObject
              Resource: !Sub '${Photos.Arn}/public/*'
              Condition:
                Bool: {'aws:SecureTransport': true}
            - Effect: Deny
              Action: dynamodb:DeleteItem
              Resource: '*'
  Fenced:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: a.b
      InlineCode: x
      PermissionsBoundary: !Ref Fence
      Policies:
        - S3CrudPolicy:
            BucketName: !Ref Photos
";

fn sam() -> Tree {
    tree(&[("template.yaml", SAM)])
}

fn can(tree: &Tree, question: &[&str]) -> Done {
    tree.run(&[&["can"], question].concat())
}

/// Asks and checks the exit code and how the answer begins.
#[track_caller]
fn says(tree: &Tree, question: &[&str], code: i32, start: &str) -> Done {
    let done = can(tree, question).quiet(code);
    assert!(done.out.starts_with(start), "{}", done.out);
    done
}

#[test]
fn a_policy_template_allows_on_the_table_that_it_names() {
    let done = can(&sam(), &["Create", "dynamodb:PutItem", "Orders"]).quiet(0);
    let expected = "\
Yes: `Create` may dynamodb:PutItem on arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Orders}

allows: inline policy `CreateRolePolicy0`, statement 1
  --> template.yaml:37:11
   |
37 |           - DynamoDBWritePolicy:
   |  ___________^
38 | |             TableName: !Ref Orders
   | |__________________________________^
";
    assert_eq!(done.out, expected);
}

#[test]
fn another_resource_of_the_stack_is_another_one() {
    let done = says(&sam(), &["Create", "dynamodb:PutItem", "Audit"], 1, "No: `Create` may not");
    assert!(done.out.contains("elsewhere: inline policy `CreateRolePolicy0`"), "{}", done.out);
}

#[test]
fn an_explicit_deny_of_another_policy_wins() {
    let done = says(&sam(), &["Create", "dynamodb:DeleteItem", "Orders"], 1, "No: ");
    assert!(done.out.lines().next().unwrap().ends_with(": a statement denies it"), "{}", done.out);
    assert!(done.out.contains("denies: inline policy `CreateRolePolicy2`, statement 4"), "{}", done.out);
    assert!(done.out.contains("Action: dynamodb:DeleteItem"), "{}", done.out);
}

#[test]
fn a_boundary_blocks_what_a_policy_allows() {
    let done = says(&sam(), &["Fenced", "s3:GetObject", "Photos"], 1, "No: ");
    assert!(done.out.contains("the permissions boundary does not allow it"), "{}", done.out);
    assert!(done.out.contains("blocks: permissions boundary `Fence`"), "{}", done.out);
    assert!(done.out.contains("allows: inline policy `FencedRolePolicy0`"), "{}", done.out);
}

#[test]
fn what_the_deployment_decides_cannot_be_told() {
    let tree = sam();
    let parameter = says(&tree, &["Create", "dynamodb:GetItem", "Audit"], 3, "Cannot tell");
    assert!(parameter.out.lines().next().unwrap().ends_with("it hangs on ${OtherTableArn}"));
    let condition = says(&tree, &["Create", "s3:PutObject", "Photos/a.jpg"], 3, "Cannot tell");
    assert!(condition.out.lines().next().unwrap().ends_with("it hangs on aws:SourceIp"), "{}", condition.out);
    // A value for the parameter answers it.
    let arn = "OtherTableArn=arn:aws:dynamodb:eu-west-1:111122223333:table/x";
    let given = ["Create", "dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111122223333:table/y"];
    says(&tree, &[&given[..], &["--param", arn]].concat(), 1, "No: ");
}

#[test]
fn conditions_that_a_call_fulfils_are_no_question() {
    let tree = sam();
    says(&tree, &["Create", "s3:GetObject", "Photos/public/a.jpg"], 0, "Yes: ");
    says(&tree, &["Create", "s3:GetObject", "Photos/secret"], 1, "No: ");
    // Some objects, not all.
    says(&tree, &["Create", "s3:GetObject", "Photos"], 3, "Cannot tell");
}

#[test]
fn managed_policies_of_aws_are_read() {
    let done =
        says(&sam(), &["Create", "xray:PutTraceSegments"], 0, "Yes: `Create` may xray:PutTraceSegments\n");
    assert!(done.out.contains("allows: managed policy `AWSXRayDaemonWriteAccess` of AWS"), "{}", done.out);
    says(&sam(), &["Create", "xray:CreateGroup"], 1, "No: ");
}

#[test]
fn without_a_resource_each_that_fits_is_asked_about() {
    let done =
        says(&sam(), &["Create", "dynamodb:PutItem"], 0, "Yes, on some: `Create` and dynamodb:PutItem\n");
    let lines: Vec<&str> = done.out.lines().skip(2).take(3).collect();
    let expected = ["  no           Audit", "  yes          Orders", "  no           any other table"];
    assert_eq!(lines, expected);
}

#[test]
fn json_says_the_statement_and_its_place() {
    let tree = sam();
    let one = can(&tree, &["Create", "dynamodb:DeleteItem", "Orders", "--format", "json"]).quiet(1).json();
    let line = 1 + u32::try_from(SAM.lines().position(|l| l.contains("Effect: Deny")).unwrap()).unwrap();
    let start = SAM.find("Effect: Deny").unwrap();
    let action = "              Action: dynamodb:DeleteItem\n              Resource: '*'";
    let end = start + "Effect: Deny\n".len() + action.len();
    let expected = json!({
        "schema": "palisade/can/1",
        "function": "function:template.yaml#Create",
        "action": "dynamodb:DeleteItem",
        "resource": "arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Orders}",
        "decision": "explicit_deny",
        "because": [{
            "policy": "identity", "index": 1, "name": "CreateRolePolicy2", "statement": 3, "sid": null,
            "effect": "Deny", "certain": true,
            "location": {
                "path": "template.yaml",
                "start": { "line": line, "column": 15, "offset": start },
                "end": { "line": line + 2, "column": 28, "offset": end },
            },
        }],
        "missing": [],
        "residue": [],
    });
    assert_eq!(one, expected);
    let schema = schema("can.schema.json");
    valid(&schema, &one);
    for question in [
        &["Create", "dynamodb:GetItem"][..],
        &["Fenced", "s3:GetObject", "Photos"],
        &["Create", "s3:PutObject", "Photos/a"],
    ] {
        valid(&schema, &can(&tree, &[question, &["--format", "json"]].concat()).json());
    }
}

#[test]
fn names_that_are_wrong_answer_with_near_ones() {
    let tree = sam();
    assert!(can(&tree, &["Creat", "s3:GetObject"]).usage().contains("did you mean `Create`?"));
    assert!(can(&tree, &["Create", "s3:GetObject", "Photo"]).usage().contains("did you mean `Photos`?"));
    can(&tree, &["Create", "s3"]).usage();
    can(&tree, &["Create", "s3:Get*"]).usage();
    let done = can(&tree, &["Create", "s3:GetObjekt", "Photos"]);
    assert_eq!(done.code, 1);
    assert!(done.err.starts_with("warning: `s3:GetObjekt` is not known on 20"), "{}", done.err);
    assert!(done.err.ends_with("; did you mean `s3:GetObject`?\n"), "{}", done.err);
}

const SERVICE: &str = "\
service: shop
provider:
  name: aws
  runtime: nodejs22.x
  region: eu-west-1
  iam:
    role:
      statements:
        - Effect: Allow
          Action: dynamodb:*
          Resource: arn:aws:dynamodb:eu-west-1:${aws:accountId}:table/orders-${sls:stage}
        - Effect: Allow
          Action: sqs:SendMessage
          Resource: ${param:queue}
params:
  default:
    queue: arn:aws:sqs:eu-west-1:${aws:accountId}:other
  prod:
    queue: '*'
functions:
  work:
    handler: a.b
  foreign:
    handler: a.b
    role: arn:aws:iam::111122223333:role/handmade
resources:
  Resources:
    Orders:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: orders-${sls:stage}
    Jobs:
      Type: AWS::SQS::Queue
      Properties:
        QueueName: jobs
";

#[test]
fn a_service_is_asked_in_each_stage() {
    let tree = tree(&[("serverless.yml", SERVICE)]);
    says(&tree, &["work", "dynamodb:Query", "Orders"], 0, "Yes: ");
    let done = says(&tree, &["work", "sqs:SendMessage", "Jobs"], 1, "No: ");
    assert!(done.out.contains("\nWith stage prod: yes\n"), "{}", done.out);
    says(&tree, &["work", "sqs:SendMessage", "Jobs", "--stage", "prod"], 0, "Yes: ");
    let json = can(&tree, &["work", "sqs:SendMessage", "Jobs", "--format", "json"]).json();
    assert_eq!(json["varies"], json!([{ "world": { "stage": "prod" }, "decision": "allow" }]));
    valid(&schema("can.schema.json"), &json);
}

#[test]
fn a_role_that_is_not_in_the_files_cannot_be_told() {
    let tree = tree(&[("serverless.yml", SERVICE)]);
    let done = says(&tree, &["foreign", "dynamodb:Query", "Orders"], 3, "Cannot tell");
    assert!(done.out.contains("it hangs on the policies of the role\n"), "{}", done.out);
}

#[test]
fn a_path_may_stand_in_the_place_of_the_resource() {
    let tree = tree(&[("a/serverless.yml", SERVICE), ("b/serverless.yml", SERVICE)]);
    let words = can(&tree, &["work", "dynamodb:Query"]).usage();
    assert!(words.contains("2 functions are called `work`"), "{words}");
    says(&tree, &["work", "dynamodb:Query", "./a"], 0, "Yes, on some");
    says(&tree, &["function:b#work", "dynamodb:Query", "Orders"], 0, "Yes: ");
}

/// A key, a queue and a role that have policies of their own.
const CLOUDFORMATION: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: &trust
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: lambda.amazonaws.com}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: all
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: ['kms:*', 'sqs:*', 'sts:AssumeRole', 's3:*']
                Resource: '*'
  Target:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {AWS: !GetAtt Role.Arn}
            Action: sts:AssumeRole
  Closed:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: *trust
  Open:
    Type: AWS::KMS::Key
  Locked:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {AWS: !GetAtt Target.Arn}
            Action: kms:*
            Resource: '*'
  Jobs:
    Type: AWS::SQS::Queue
  JobsPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Jobs]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Deny
            Principal: '*'
            Action: sqs:DeleteQueue
            Resource: !GetAtt Jobs.Arn
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: a.b
      Code: {ZipFile: x}
      Role: !GetAtt Role.Arn
";

#[test]
fn policies_of_resources_count() {
    let tree = tree(&[("template.yaml", CLOUDFORMATION)]);
    says(&tree, &["Fn", "kms:Decrypt", "Open"], 0, "Yes: ");
    let locked = says(&tree, &["Fn", "kms:Decrypt", "Locked"], 1, "No: ");
    assert!(locked.out.contains("the policy of the resource does not allow it"), "{}", locked.out);
    says(&tree, &["Fn", "sts:AssumeRole", "Target"], 0, "Yes: ");
    says(&tree, &["Fn", "sts:AssumeRole", "Closed"], 1, "No: ");
    says(&tree, &["Fn", "sqs:SendMessage", "Jobs"], 0, "Yes: ");
    let denied = says(&tree, &["Fn", "sqs:DeleteQueue", "Jobs"], 1, "No: ");
    assert!(denied.out.contains("denies: policy of `Jobs`, statement 1"), "{}", denied.out);
    // A wildcard reaches what is not in the files as well.
    let other = says(&tree, &["Fn", "s3:GetObject", "arn:aws:s3:::elsewhere/x"], 0, "Yes: ");
    assert!(other.out.contains("note: the resource is not in the files"), "{}", other.out);
    says(&tree, &["Fn", "sts:AssumeRole", "arn:aws:iam::999988887777:role/x"], 3, "Cannot tell");
}

const TERRAFORM: &str = r#"
provider "aws" {
  region = "eu-west-1"
}
data "aws_caller_identity" "me" {}
variable "table_arn" { type = string }
resource "aws_s3_bucket" "photos" {}
resource "aws_s3_bucket" "other" {}
resource "aws_dynamodb_table" "orders" {
  name     = "orders"
  hash_key = "id"
}
resource "aws_iam_role" "fn" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
resource "aws_iam_role_policy" "fn" {
  role = aws_iam_role.fn.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.photos.arn}/*" },
      { Effect = "Allow", Action = "dynamodb:*", Resource = "arn:aws:dynamodb:eu-west-1:${data.aws_caller_identity.me.account_id}:table/orders" },
      { Effect = "Allow", Action = "kinesis:*", Resource = var.table_arn },
    ]
  })
}
resource "aws_iam_policy" "deny" {
  policy = <<EOT
{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "dynamodb:Delete*", "Resource": "*"}}
EOT
}
resource "aws_iam_role_policy_attachment" "deny" {
  role       = aws_iam_role.fn.name
  policy_arn = aws_iam_policy.deny.arn
}
resource "aws_lambda_function" "fn" {
  function_name = "fn"
  role          = aws_iam_role.fn.arn
  handler       = "a.b"
  runtime       = "nodejs22.x"
  filename      = "x.zip"
}
"#;

#[test]
fn terraform_is_asked_by_its_addresses() {
    let tree = tree(&[("main.tf", TERRAFORM)]);
    says(&tree, &["aws_lambda_function.fn", "s3:GetObject", "aws_s3_bucket.photos"], 0, "Yes: ");
    says(&tree, &["fn", "s3:GetObject", "other"], 1, "No: ");
    says(&tree, &["fn", "dynamodb:GetItem", "orders"], 0, "Yes: ");
    let denied = says(&tree, &["fn", "dynamodb:DeleteItem", "orders"], 1, "No: ");
    assert!(denied.out.contains("denies: policy `aws_iam_policy.deny`, statement 1"), "{}", denied.out);
    let open = ["fn", "kinesis:PutRecord", "arn:aws:kinesis:eu-west-1:111122223333:stream/x"];
    says(&tree, &open, 3, "Cannot tell");
}
