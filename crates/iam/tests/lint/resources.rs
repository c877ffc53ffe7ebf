//! Resources, ARNs and variables.

use super::Case;

pub const CASES: &[Case] = &[
    ("iam-arn-account-not-allowed", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3::123456789012:bucket/key""#, Some("/Statement/0/Resource")),
    ("iam-arn-account-not-allowed", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::bucket/key","arn:aws:s3::*:bucket/*"]"#, None),
    ("iam-arn-region-not-allowed", "identity", r#""Effect":"Allow","Action":"iam:GetRole","Resource":"arn:aws:iam:us-east-1:123456789012:role/x""#, Some("/Statement/0/Resource")),
    ("iam-arn-region-not-allowed", "identity", r#""Effect":"Allow","Action":"iam:GetRole","Resource":["arn:aws:iam::123456789012:role/x","arn:aws:iam:*:123456789012:role/y"]"#, None),
    ("iam-arn-account-invalid", "identity", r#""Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:12345678901:q""#, Some("/Statement/0/Resource")),
    ("iam-arn-account-invalid", "identity", r#""Effect":"Allow","Action":"sqs:SendMessage","Resource":["arn:aws:sqs:us-east-1:123456789012:q","arn:aws:sqs:us-east-1:*:r","arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:s","arn:aws:iam::aws:policy/ReadOnlyAccess"]"#, None),
    ("iam-arn-prefix-invalid", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":["*","bucket/key"]"#, Some("/Statement/0/Resource/1")),
    ("iam-arn-prefix-invalid", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":["*"]"#, None),
    // API Gateway takes the short form.
    ("iam-arn-prefix-invalid", "resource AWS::ApiGateway::RestApi", r#""Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/prod/GET/x""#, None),
    ("iam-arn-region-invalid", "identity", r#""Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-est-1:123456789012:q""#, Some("/Statement/0/Resource")),
    ("iam-arn-region-invalid", "identity", r#""Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:cn-north-1:123456789012:q""#, Some("/Statement/0/Resource")),
    ("iam-arn-region-invalid", "identity", r#""Effect":"Allow","Action":"sqs:SendMessage","Resource":["arn:aws:sqs:us-*:123456789012:q","arn:aws-cn:sqs:cn-north-1:123456789012:q"]"#, None),
    ("iam-arn-resource-invalid", "identity", r#""Effect":"Allow","Action":"states:StartExecution","Resource":"arn:aws:states:us-east-1:123456789012:statemachine:x""#, Some("/Statement/0/Resource")),
    ("iam-arn-resource-invalid", "identity", r#""Effect":"Allow","Action":"states:StartExecution","Resource":["arn:aws:states:us-east-1:123456789012:stateMachine:x","arn:aws:lambda:*:*:func*"]"#, None),
    ("iam-arn-service-uppercase", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:S3:::bucket/key""#, Some("/Statement/0/Resource")),
    ("iam-arn-service-uppercase", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::Bucket/KEY""#, None),
    ("iam-arn-partition-invalid", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:amazon:s3:::b/*""#, Some("/Statement/0/Resource")),
    ("iam-arn-partition-invalid", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws-us-gov:s3:::b/*","arn:*:s3:::c/*"]"#, None),
    ("iam-unknown-service", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s33:::b/*""#, Some("/Statement/0/Resource")),
    ("iam-unknown-service", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::b/*","arn:aws:*:::x"]"#, None),
    ("iam-arn-segment-missing", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3::b""#, Some("/Statement/0/Resource")),
    ("iam-arn-segment-missing", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::b","*"]"#, None),
    ("iam-arn-region-missing", "identity", r#""Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs::123456789012:q""#, Some("/Statement/0/Resource")),
    ("iam-arn-region-missing", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:sqs:*:123456789012:q","arn:aws:s3:::b"]"#, None),
    ("iam-resource-missing", "identity", r#""Effect":"Allow","Action":"s3:GetObject""#, Some("/Statement/0")),
    ("iam-resource-missing", "identity", r#""Effect":"Allow","Action":"s3:GetObject","NotResource":"arn:aws:s3:::b/*""#, None),
    ("iam-resource-missing", "resource AWS::ECR::Repository", r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage""#, None),
    ("iam-resource-not-in-this-policy", "resource AWS::S3::BucketPolicy", r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:kms:us-east-1:123456789012:key/x""#, Some("/Statement/0/Resource")),
    ("iam-resource-not-in-this-policy", "resource AWS::S3::BucketPolicy", r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*""#, None),
    ("iam-empty-resource-list", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":[]"#, Some("/Statement/0/Resource")),
    ("iam-empty-resource-list", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":["*"]"#, None),
    ("iam-redundant-resource", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::b/x","arn:aws:s3:::b/*"]"#, Some("/Statement/0/Resource/0")),
    ("iam-redundant-resource", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":["*","arn:aws:s3:::b/*"]"#, Some("/Statement/0/Resource/1")),
    // Case matters in the tail, and no wildcard of one segment reaches into the next.
    ("iam-redundant-resource", "identity", r#""Effect":"Allow","Action":"sqs:SendMessage","Resource":["arn:aws:sqs:*:123456789012:Q","arn:aws:sqs:us-east-1:123456789012:q","arn:aws:sqs:us-*:q","arn:aws:sqs:us-east-1:1:q"]"#, None),
    ("iam-variable-unclosed", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username""#, Some("/Statement/0/Resource")),
    ("iam-variable-unclosed", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}/$x""#, None),
    ("iam-variable-default-unquoted", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username, none}""#, Some("/Statement/0/Resource")),
    ("iam-variable-default-unquoted", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username, 'none'}""#, None),
    ("iam-variable-with-space", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws: username}""#, Some("/Statement/0/Resource")),
    ("iam-variable-with-space", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:PrincipalTag/cost center}""#, None),
    ("iam-variable-empty", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${}""#, Some("/Statement/0/Resource")),
    ("iam-variable-empty", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${*}${$}""#, None),
    ("iam-variable-with-old-version", "identity", r#"{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}"}]}"#, Some("/Statement/0/Resource")),
    ("iam-variable-with-old-version", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}""#, None),
    ("iam-variable-with-old-version", "identity", r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws"}]}"#, None),
];

#[test]
fn resources() {
    super::check(CASES);
}
