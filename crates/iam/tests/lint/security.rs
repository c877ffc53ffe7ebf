//! Security warnings.

use super::Case;

macro_rules! oidc {
    ($provider:literal, $condition:literal) => {
        concat!(
            r#""Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":""#,
            $provider,
            r#""},"Condition":{"#,
            $condition,
            "}"
        )
    };
}

macro_rules! github {
    ($condition:literal) => {
        oidc!("arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", $condition)
    };
}

pub const CASES: &[Case] = &[
    ("iam-for-all-values-on-single-key", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-a"}}"#, Some("/Statement/0/Condition/ForAllValues:StringEquals/aws:PrincipalOrgID")),
    ("iam-for-all-values-on-single-key", "identity", r#""Effect":"Allow","Action":"ec2:CreateTags","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}"#, None),
    ("iam-for-all-values-on-single-key", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-a"},"Null":{"aws:PrincipalOrgID":"false"}}"#, None),
    ("iam-pass-role-with-not-resource", "identity", r#""Effect":"Allow","Action":"iam:PassRole","NotResource":"arn:aws:iam::123456789012:role/x""#, Some("/Statement/0/NotResource")),
    ("iam-pass-role-with-not-resource", "identity", r#""Effect":"Deny","Action":"iam:PassRole","NotResource":"arn:aws:iam::123456789012:role/x""#, None),
    ("iam-pass-role-star-and-not-resource", "identity", r#""Effect":"Allow","Action":"iam:Pass*","NotResource":"arn:aws:iam::123456789012:role/x""#, Some("/Statement/0/NotResource")),
    ("iam-pass-role-star-and-not-resource", "identity", r#""Effect":"Allow","Action":"iam:Get*","NotResource":"arn:aws:iam::123456789012:role/x""#, None),
    ("iam-pass-role-not-action-not-resource", "identity", r#""Effect":"Allow","NotAction":"s3:*","NotResource":"arn:aws:iam::123456789012:role/x""#, Some("/Statement/0/NotResource")),
    ("iam-pass-role-not-action-not-resource", "identity", r#""Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:iam::123456789012:role/x""#, None),
    ("iam-pass-role-wildcard", "identity", r#""Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/*""#, Some("/Statement/0/Resource")),
    ("iam-pass-role-wildcard", "identity", r#""Effect":"Allow","Action":"iam:PassRole","Resource":["arn:aws:iam::123456789012:user/*","*"]"#, Some("/Statement/0/Resource/1")),
    ("iam-pass-role-wildcard", "identity", r#""Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/app-*""#, None),
    ("iam-pass-role-wildcard", "identity", r#""Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}"#, None),
    ("iam-pass-role-star-on-star", "identity", r#""Effect":"Allow","Action":"iam:*","Resource":"*""#, Some("/Statement/0/Resource")),
    ("iam-pass-role-star-on-star", "boundary", r#""Effect":"Allow","Action":"iam:*","Resource":"*""#, None),
    ("iam-pass-role-not-action-on-star", "identity", r#""Effect":"Allow","NotAction":"s3:*","Resource":"*""#, Some("/Statement/0/Resource")),
    ("iam-pass-role-not-action-on-star", "identity", r#""Effect":"Allow","NotAction":["s3:*","IAM:PassRole"],"Resource":"*""#, None),
    ("iam-create-slr-with-not-resource", "identity", r#""Effect":"Allow","Action":"iam:CreateServiceLinkedRole","NotResource":"arn:aws:iam::123456789012:role/x""#, Some("/Statement/0/NotResource")),
    ("iam-create-slr-with-not-resource", "identity", r#""Effect":"Allow","Action":"iam:GetRole","NotResource":"arn:aws:iam::123456789012:role/x""#, None),
    ("iam-create-slr-star-and-not-resource", "identity", r#""Effect":"Allow","Action":"iam:Create*","NotResource":"arn:aws:iam::123456789012:role/x""#, Some("/Statement/0/NotResource")),
    ("iam-create-slr-star-and-not-resource", "identity", r#""Effect":"Allow","Action":"iam:CreateRole*","NotResource":"arn:aws:iam::123456789012:role/x""#, None),
    ("iam-create-slr-not-action-not-resource", "identity", r#""Effect":"Allow","NotAction":"iam:PassRole","NotResource":"arn:aws:iam::123456789012:role/x""#, Some("/Statement/0/NotResource")),
    ("iam-create-slr-not-action-not-resource", "identity", r#""Effect":"Allow","NotAction":"iam:Create*","NotResource":"arn:aws:iam::123456789012:role/x""#, None),
    ("iam-create-slr-on-star", "identity", r#""Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*""#, Some("/Statement/0/Resource")),
    ("iam-create-slr-on-star", "identity", r#""Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*","Condition":{"StringLike":{"iam:AWSServiceName":"eks.amazonaws.com"}}"#, None),
    ("iam-create-slr-star-on-star", "identity", r#""Effect":"Allow","Action":"iam:Create*","Resource":"arn:aws:iam::*:role/aws-service-role/*""#, Some("/Statement/0/Resource")),
    ("iam-create-slr-star-on-star", "identity", r#""Effect":"Allow","Action":"iam:Create*","Resource":"arn:aws:iam::*:role/aws-service-role/eks.amazonaws.com/*""#, None),
    ("iam-create-slr-not-action-on-star", "identity", r#""Effect":"Allow","NotAction":"iam:PassRole","Resource":"*""#, Some("/Statement/0/Resource")),
    ("iam-create-slr-not-action-on-star", "identity", r#""Effect":"Allow","NotAction":"iam:*","Resource":"*""#, None),
    ("iam-paired-key-missing", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/16"}}"#, Some("/Statement/0/Condition/IpAddress/aws:VpcSourceIp")),
    ("iam-paired-key-missing", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/16"},"StringEquals":{"aws:SourceVpc":"vpc-1a2b3c4d"}}"#, None),
    ("iam-paired-key-missing", "resource AWS::SQS::QueuePolicy", r#""Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:123456789012:q","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::bucket"}}"#, Some("/Statement/0/Condition/ArnLike/aws:SourceArn")),
    ("iam-paired-key-missing", "resource AWS::SQS::QueuePolicy", r#""Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:123456789012:q","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:123456789012:t"}}"#, None),
    ("iam-deny-by-unsupported-tag-key", "identity", r#""Effect":"Deny","Action":["ec2:RunInstances","sts:AssumeRoleWithSAML","health:DescribeEvents"],"Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}"#, Some("/Statement/0/Condition/StringEquals/aws:ResourceTag~1a")),
    ("iam-deny-by-unsupported-tag-key", "identity", r#""Effect":"Deny","Action":"ec2:RunInstances","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}"#, None),
    // The absence of the key is what is denied.
    ("iam-deny-by-unsupported-tag-key", "identity", r#""Effect":"Deny","Action":"health:DescribeEvents","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceTag/a":"b"}}"#, None),
    ("iam-allow-by-unsupported-tag-key", "identity", r#""Effect":"Allow","Action":"health:DescribeEvents","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}"#, Some("/Statement/0/Condition/StringEquals/aws:ResourceTag~1a")),
    ("iam-allow-by-unsupported-tag-key", "identity", r#""Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}"#, None),
    ("iam-deny-not-action-by-unsupported-tag", "identity", r#""Effect":"Deny","NotAction":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}"#, Some("/Statement/0/Condition/StringEquals/aws:ResourceTag~1a")),
    ("iam-deny-not-action-by-unsupported-tag", "identity", r#""Effect":"Deny","NotAction":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/a":"b"}}"#, None),
    ("iam-allow-not-action-by-unsupported-tag", "identity", r#""Effect":"Allow","NotAction":"iam:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}"#, Some("/Statement/0/Condition/StringEquals/aws:ResourceTag~1a")),
    ("iam-allow-not-action-by-unsupported-tag", "identity", r#""Effect":"Allow","NotAction":"iam:*","Resource":"*","Condition":{"StringEqualsIfExists":{"aws:ResourceTag/a":"b"}}"#, None),
    ("iam-service-principal-unrestricted", "resource AWS::SNS::TopicPolicy", r#""Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sns:Publish","Resource":"arn:aws:sns:us-east-1:123456789012:t""#, Some("/Statement/0/Principal/Service")),
    ("iam-service-principal-unrestricted", "resource AWS::SNS::TopicPolicy", r#""Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sns:Publish","Resource":"arn:aws:sns:us-east-1:123456789012:t","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}"#, None),
    // Functions have a check with a fix of their own, and roles are made for services.
    ("iam-service-principal-unrestricted", "resource AWS::Lambda::Permission", r#""Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f""#, None),
    ("iam-service-principal-unrestricted", "trust", r#""Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole""#, None),
    ("iam-recommended-key-for-service", "resource AWS::SNS::TopicPolicy", r#""Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sns:Publish","Resource":"arn:aws:sns:us-east-1:123456789012:t","Condition":{"StringEquals":{"aws:Referer":"123456789012"}}"#, Some("/Statement/0/Condition/StringEquals/aws:Referer")),
    ("iam-recommended-key-for-service", "resource AWS::SNS::TopicPolicy", r#""Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sns:Publish","Resource":"arn:aws:sns:us-east-1:123456789012:t","Condition":{"StringEquals":{"aws:Referer":"123456789012","aws:SourceAccount":"123456789012"}}"#, None),
    ("iam-oidc-trust-without-subject", "trust", oidc!("accounts.google.com", r#""Bool":{"aws:SecureTransport":"true"}"#), Some("/Statement/0/Principal/Federated")),
    ("iam-oidc-trust-without-subject", "trust", oidc!("accounts.google.com", r#""StringLike":{"accounts.google.com:aud":"*"}"#), Some("/Statement/0/Principal/Federated")),
    ("iam-oidc-trust-without-subject", "trust", oidc!("accounts.google.com", r#""StringEquals":{"accounts.google.com:aud":"app"}"#), None),
    // Every customer of a shared issuer can ask for the audience.
    ("iam-oidc-trust-without-subject", "trust", oidc!("arn:aws:iam::123456789012:oidc-provider/gitlab.com", r#""StringEquals":{"gitlab.com:aud":"https://gitlab.com"}"#), Some("/Statement/0/Principal/Federated")),
    ("iam-oidc-trust-without-subject", "trust", oidc!("arn:aws:iam::123456789012:saml-provider/x", r#""StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}"#), None),
    ("iam-github-repository-missing", "trust", github!(r#""StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}"#), Some("/Statement/0/Principal/Federated")),
    ("iam-github-repository-missing", "trust", github!(r#""StringLike":{"token.actions.githubusercontent.com:sub":"repo:*/app:*"}"#), Some("/Statement/0/Condition/StringLike/token.actions.githubusercontent.com:sub")),
    ("iam-github-repository-missing", "trust", github!(r#""StringLike":{"token.actions.githubusercontent.com:sub":"repo:org/*"}"#), Some("/Statement/0/Condition/StringLike/token.actions.githubusercontent.com:sub")),
    ("iam-github-repository-missing", "trust", github!(r#""StringLike":{"token.actions.githubusercontent.com:sub":"repo:org/app:*"}"#), None),
    ("iam-github-branch-missing", "trust", github!(r#""StringLike":{"token.actions.githubusercontent.com:sub":"repo:org/app:*"}"#), Some("/Statement/0/Condition/StringLike/token.actions.githubusercontent.com:sub")),
    ("iam-github-branch-missing", "trust", github!(r#""StringEquals":{"token.actions.githubusercontent.com:sub":["repo:org/app:ref:refs/heads/main","repo:org/app:environment:prod"]}"#), None),
    ("iam-audience-claim-type", "trust", oidc!("arn:aws:iam::123456789012:oidc-provider/idp.example.com", r#""StringEquals":{"idp.example.com:aud":"app"}"#), Some("/Statement/0/Condition/StringEquals/idp.example.com:aud")),
    ("iam-audience-claim-type", "trust", oidc!("arn:aws:iam::123456789012:oidc-provider/idp.example.com", r#""ForAnyValue:StringEquals":{"idp.example.com:aud":"app"}"#), None),
];

#[test]
fn security() {
    super::check(CASES);
}
