//! Actions.

use super::Case;

pub const CASES: &[Case] = &[
    (
        "iam-unknown-action",
        "identity",
        r#""Effect":"Allow","Action":["s3:GetObject","s3:GetObjct"],"Resource":"*""#,
        Some("/Statement/0/Action/1"),
    ),
    (
        "iam-unknown-action",
        "identity",
        r#""Effect":"Allow","Action":["s3:getobject","S3:Get*"],"Resource":"*""#,
        None,
    ),
    (
        "iam-unknown-action",
        "identity",
        r#""Effect":"Allow","Action":"GetObject","Resource":"*""#,
        Some("/Statement/0/Action"),
    ),
    (
        "iam-unknown-action",
        "identity",
        r#""Effect":"Allow","Action":"s3:Fly*","Resource":"*""#,
        Some("/Statement/0/Action"),
    ),
    (
        "iam-unknown-action",
        "identity",
        r#""Effect":"Deny","NotAction":"s3:Fly","Resource":"*""#,
        Some("/Statement/0/NotAction"),
    ),
    // The unknown service is the cause.
    ("iam-unknown-action", "identity", r#""Effect":"Allow","Action":"s4:GetObject","Resource":"*""#, None),
    (
        "iam-unknown-service-in-action",
        "identity",
        r#""Effect":"Allow","Action":"s4:GetObject","Resource":"*""#,
        Some("/Statement/0/Action"),
    ),
    (
        "iam-unknown-service-in-action",
        "identity",
        r#""Effect":"Allow","Action":["S3:GetObject","*","s*:Get"],"Resource":"*""#,
        None,
    ),
    (
        "iam-wildcard-in-service-prefix",
        "identity",
        r#""Effect":"Deny","Action":"s*:GetObject","Resource":"*""#,
        Some("/Statement/0/Action"),
    ),
    (
        "iam-wildcard-in-service-prefix",
        "identity",
        r#""Effect":"Deny","Action":["*","s3:*"],"Resource":"*""#,
        None,
    ),
    (
        "iam-scp-action-wildcard-inside",
        "scp",
        r#""Effect":"Deny","Action":"iam:*Role","Resource":"*""#,
        Some("/Statement/0/Action"),
    ),
    (
        "iam-scp-action-wildcard-inside",
        "scp",
        r#""Effect":"Deny","Action":["iam:Get*","*"],"Resource":"*""#,
        None,
    ),
    (
        "iam-action-not-for-resource-policy",
        "resource AWS::S3::BucketPolicy",
        r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":["s3:GetObject","kms:Decrypt"],"Resource":"arn:aws:s3:::b/*""#,
        Some("/Statement/0/Action/1"),
    ),
    (
        "iam-action-not-for-resource-policy",
        "resource AWS::S3::BucketPolicy",
        r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:ListAllMyBuckets","Resource":"arn:aws:s3:::b""#,
        Some("/Statement/0/Action"),
    ),
    (
        "iam-action-not-for-resource-policy",
        "resource AWS::S3::BucketPolicy",
        r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":["s3:GetObject","s3:*"],"Resource":"arn:aws:s3:::b/*""#,
        None,
    ),
    (
        "iam-action-not-for-resource-policy",
        "trust",
        r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:GetSessionToken""#,
        Some("/Statement/0/Action"),
    ),
    (
        "iam-action-not-for-resource-policy",
        "trust",
        r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":["sts:AssumeRole","sts:TagSession"]"#,
        None,
    ),
    (
        "iam-redundant-action",
        "identity",
        r#""Effect":"Allow","Action":["iam:GetRole","iam:get*"],"Resource":"*""#,
        Some("/Statement/0/Action/0"),
    ),
    (
        "iam-redundant-action",
        "identity",
        r#""Effect":"Allow","Action":["s3:GetObject","S3:getobject"],"Resource":"*""#,
        Some("/Statement/0/Action/1"),
    ),
    (
        "iam-redundant-action",
        "identity",
        r#""Effect":"Allow","Action":["iam:Get*","iam:*CredentialReport","iam:List?","iam:ListR*"],"Resource":"*""#,
        None,
    ),
    // `?` is one letter, `*` is any number of them.
    (
        "iam-redundant-action",
        "identity",
        r#""Effect":"Allow","Action":["s3:GetObject*","s3:GetObject?"],"Resource":"*""#,
        Some("/Statement/0/Action/1"),
    ),
    (
        "iam-empty-action-list",
        "identity",
        r#""Effect":"Allow","Action":[],"Resource":"*""#,
        Some("/Statement/0/Action"),
    ),
    ("iam-empty-action-list", "identity", r#""Effect":"Allow","Action":[null],"Resource":"*""#, None),
    (
        "iam-variable-in-wrong-element",
        "identity",
        r#""Effect":"Allow","Action":"s3:${aws:username}","Resource":"*""#,
        Some("/Statement/0/Action"),
    ),
    (
        "iam-variable-in-wrong-element",
        "identity",
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}""#,
        None,
    ),
    (
        "iam-variable-in-wrong-element",
        "identity",
        r#""Sid":"${aws:username}","Effect":"Allow","Action":"s3:GetObject","Resource":"*""#,
        Some("/Statement/0/Sid"),
    ),
    (
        "iam-variable-in-wrong-element",
        "identity",
        r#""Effect":"${Effect}","Action":"s3:GetObject","Resource":"*""#,
        Some("/Statement/0/Effect"),
    ),
    ("iam-action-missing", "identity", r#""Effect":"Allow","Resource":"*""#, Some("/Statement/0")),
    ("iam-action-missing", "identity", r#""Effect":"Allow","NotAction":"s3:*","Resource":"*""#, None),
];

#[test]
fn actions() {
    super::check(CASES);
}

#[test]
fn an_unknown_name_is_dated_and_answered_with_the_nearest() {
    let findings =
        super::lint("identity", &super::whole(r#""Effect":"Allow","Action":"s3:GetObjct","Resource":"*""#));
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!(finding.value, "s3:GetObjct");
    assert!(finding.message.contains("`s3:GetObjct` was not known on 20"), "{}", finding.message);
    assert!(finding.message.ends_with("did you mean `s3:GetObject`?"), "{}", finding.message);
}
