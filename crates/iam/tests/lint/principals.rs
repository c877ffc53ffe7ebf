//! Principals and trust policies.

use super::Case;

macro_rules! bucket {
    ($principal:literal) => {
        concat!(
            r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Principal":"#,
            $principal
        )
    };
}

macro_rules! trust {
    ($principal:literal, $action:literal) => {
        concat!(r#""Effect":"Allow","Action":"#, $action, r#","Principal":"#, $principal)
    };
}

pub const CASES: &[Case] = &[
    (
        "iam-principal-missing",
        "resource",
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*""#,
        Some("/Statement/0"),
    ),
    (
        "iam-principal-missing",
        "identity",
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*""#,
        None,
    ),
    (
        "iam-principal-malformed",
        "resource",
        bucket!(r#"{"AWS":["123456789012","1234"]}"#),
        Some("/Statement/0/Principal/AWS/1"),
    ),
    (
        "iam-principal-malformed",
        "resource",
        bucket!(r#"{"AWS":"arn:aws:iam::123456789012:group/x"}"#),
        Some("/Statement/0/Principal/AWS"),
    ),
    (
        "iam-principal-malformed",
        "resource",
        bucket!(
            r#"{"AWS":["*","123456789012","arn:aws:iam::123456789012:root","arn:aws:iam::123456789012:role/path/x","arn:aws:sts::123456789012:assumed-role/x/y","arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"]}"#
        ),
        None,
    ),
    (
        "iam-principal-type-unknown",
        "resource",
        bucket!(r#"{"Aws":"123456789012"}"#),
        Some("/Statement/0/Principal/Aws"),
    ),
    ("iam-principal-type-unknown", "resource", bucket!(r#"{"AWS":"123456789012"}"#), None),
    (
        "iam-principal-type-not-supported",
        "identity",
        r#""Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*""#,
        Some("/Statement/0/Principal"),
    ),
    (
        "iam-principal-type-not-supported",
        "rcp",
        r#""Effect":"Deny","Principal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"*""#,
        Some("/Statement/0/Principal/AWS"),
    ),
    (
        "iam-principal-type-not-supported",
        "resource AWS::SQS::QueuePolicy",
        r#""Effect":"Allow","Principal":{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:123456789012:q""#,
        Some("/Statement/0/Principal/CanonicalUser"),
    ),
    (
        "iam-principal-type-not-supported",
        "resource AWS::S3::BucketPolicy",
        bucket!(r#"{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}"#),
        None,
    ),
    (
        "iam-wildcard-inside-principal",
        "resource",
        bucket!(r#"{"AWS":"arn:aws:iam::123456789012:role/*"}"#),
        Some("/Statement/0/Principal/AWS"),
    ),
    (
        "iam-wildcard-inside-principal",
        "resource",
        bucket!(r#"{"Service":"*"}"#),
        Some("/Statement/0/Principal/Service"),
    ),
    ("iam-wildcard-inside-principal", "resource", bucket!(r#"{"AWS":"*"}"#), None),
    (
        "iam-trust-principal-wildcard-inside",
        "trust",
        trust!(r#"{"AWS":"arn:aws:iam::123456789012:role/*"}"#, r#""sts:AssumeRole""#),
        Some("/Statement/0/Principal/AWS"),
    ),
    ("iam-trust-principal-wildcard-inside", "trust", trust!(r#"{"AWS":"*"}"#, r#""sts:AssumeRole""#), None),
    (
        "iam-service-principal-malformed",
        "resource",
        bucket!(r#"{"Service":"cloudfront"}"#),
        Some("/Statement/0/Principal/Service"),
    ),
    (
        "iam-service-principal-malformed",
        "resource",
        bucket!(
            r#"{"Service":["cloudfront.amazonaws.com","logs.eu-central-1.amazonaws.com","ec2.amazonaws.com.cn","alexa-appkit.amazon.com"]}"#
        ),
        None,
    ),
    (
        "iam-service-principal-malformed",
        "identity",
        r#""Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/x","Condition":{"StringEquals":{"iam:PassedToService":"lambda"}}"#,
        Some("/Statement/0/Condition/StringEquals/iam:PassedToService"),
    ),
    (
        "iam-federated-principal-not-supported",
        "resource",
        bucket!(r#"{"Federated":"accounts.google.com"}"#),
        Some("/Statement/0/Principal/Federated"),
    ),
    (
        "iam-federated-principal-not-supported",
        "trust",
        trust!(r#"{"Federated":"accounts.google.com"}"#, r#""sts:AssumeRoleWithWebIdentity""#),
        None,
    ),
    (
        "iam-key-not-for-service-principal",
        "resource",
        r#""Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a"}}"#,
        Some("/Statement/0/Condition/StringEquals/aws:PrincipalOrgID"),
    ),
    (
        "iam-key-not-for-service-principal",
        "resource",
        r#""Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a"},"StringEquals":{"aws:SourceAccount":"123456789012"}}"#,
        None,
    ),
    (
        "iam-key-not-for-service-principal",
        "resource",
        r#""Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com","AWS":"*"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a"}}"#,
        None,
    ),
    (
        "iam-trust-with-not-principal",
        "trust",
        r#""Effect":"Allow","NotPrincipal":{"AWS":"123456789012"},"Action":"sts:AssumeRole""#,
        Some("/Statement/0/NotPrincipal"),
    ),
    (
        "iam-trust-with-not-principal",
        "resource",
        r#""Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*""#,
        None,
    ),
    (
        "iam-trust-with-resource",
        "trust",
        r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole","Resource":"*""#,
        Some("/Statement/0/Resource"),
    ),
    (
        "iam-trust-with-resource",
        "trust",
        r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole""#,
        None,
    ),
    (
        "iam-action-missing-for-key",
        "trust",
        r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"sts:SourceIdentity":"a*"}}"#,
        Some("/Statement/0/Condition/StringLike/sts:SourceIdentity"),
    ),
    (
        "iam-action-missing-for-key",
        "trust",
        r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":["sts:AssumeRole","sts:SetSourceIdentity"],"Condition":{"StringLike":{"sts:SourceIdentity":"a*"}}"#,
        None,
    ),
    (
        "iam-trust-federated-malformed",
        "trust",
        trust!(r#"{"Federated":"arn:aws:iam::123456789012:provider/x"}"#, r#""sts:AssumeRoleWithSAML""#),
        Some("/Statement/0/Principal/Federated"),
    ),
    (
        "iam-trust-federated-malformed",
        "trust",
        trust!(
            r#"{"Federated":["arn:aws:iam::123456789012:saml-provider/x"]}"#,
            r#""sts:AssumeRoleWithSAML""#
        ),
        None,
    ),
    (
        "iam-trust-action-mismatch",
        "trust",
        trust!(r#"{"Federated":"arn:aws:iam::123456789012:saml-provider/x"}"#, r#""sts:AssumeRole""#),
        Some("/Statement/0/Action"),
    ),
    (
        "iam-trust-action-mismatch",
        "trust",
        trust!(
            r#"{"Federated":"arn:aws:iam::123456789012:saml-provider/x"}"#,
            r#"["sts:AssumeRoleWithSAML","sts:AssumeRoleWithWebIdentity"]"#
        ),
        Some("/Statement/0/Action/1"),
    ),
    (
        "iam-trust-action-mismatch",
        "trust",
        trust!(
            r#"{"Federated":"arn:aws:iam::123456789012:saml-provider/x","Service":"lambda.amazonaws.com"}"#,
            r#""sts:AssumeRole""#
        ),
        Some("/Statement/0/Principal/Federated"),
    ),
    (
        "iam-trust-action-mismatch",
        "trust",
        trust!(
            r#"{"Federated":"arn:aws:iam::123456789012:saml-provider/x","Service":"lambda.amazonaws.com"}"#,
            r#"["sts:AssumeRole","sts:AssumeRoleWithSAML","sts:TagSession"]"#
        ),
        None,
    ),
    (
        "iam-roles-anywhere-action-missing",
        "trust",
        trust!(r#"{"Service":"rolesanywhere.amazonaws.com"}"#, r#"["sts:AssumeRole","sts:TagSession"]"#),
        Some("/Statement/0/Principal/Service"),
    ),
    (
        "iam-roles-anywhere-action-missing",
        "trust",
        trust!(
            r#"{"Service":"rolesanywhere.amazonaws.com"}"#,
            r#"["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]"#
        ),
        None,
    ),
    (
        "iam-role-reference-by-id",
        "resource",
        bucket!(r#"{"AWS":"AROA1234567890EXAMPLE"}"#),
        Some("/Statement/0/Principal/AWS"),
    ),
    ("iam-role-reference-by-id", "resource", bucket!(r#"{"AWS":"AIDA1234567890EXAMPLE"}"#), None),
    (
        "iam-user-reference-by-id",
        "resource",
        bucket!(r#"{"AWS":"AIDA1234567890EXAMPLE"}"#),
        Some("/Statement/0/Principal/AWS"),
    ),
    ("iam-user-reference-by-id", "resource", bucket!(r#"{"AWS":"AROA1234567890EXAMPLE"}"#), None),
    ("iam-empty-principal-list", "resource", bucket!(r#"{"AWS":[]}"#), Some("/Statement/0/Principal/AWS")),
    ("iam-empty-principal-list", "resource", bucket!(r#"{"AWS":["123456789012"]}"#), None),
    ("iam-empty-principal-block", "resource", bucket!(r"{}"), Some("/Statement/0/Principal")),
    ("iam-empty-principal-block", "resource", bucket!(r#"{"AWS":[]}"#), None),
    (
        "iam-redundant-trust-principal",
        "trust",
        trust!(r#"{"AWS":["123456789012","arn:aws:iam::123456789012:role/x"]}"#, r#""sts:AssumeRole""#),
        Some("/Statement/0/Principal/AWS/1"),
    ),
    (
        "iam-redundant-trust-principal",
        "trust",
        trust!(r#"{"AWS":["210987654321","arn:aws:iam::123456789012:role/x"]}"#, r#""sts:AssumeRole""#),
        None,
    ),
    (
        "iam-allow-with-not-principal",
        "resource",
        r#""Effect":"Allow","NotPrincipal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*""#,
        Some("/Statement/0/NotPrincipal"),
    ),
    (
        "iam-allow-with-not-principal",
        "resource",
        r#""Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*""#,
        None,
    ),
];

#[test]
fn principals() {
    super::check(CASES);
}
