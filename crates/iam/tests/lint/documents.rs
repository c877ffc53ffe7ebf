//! Elements of documents and statements.

use super::Case;

pub const CASES: &[Case] = &[
    (
        "iam-element-wrong-type",
        "identity",
        r#""Effect":"Allow","Action":{"a":"s3:GetObject"},"Resource":"*""#,
        Some("/Statement/0/Action"),
    ),
    (
        "iam-element-wrong-type",
        "identity",
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":["*",null]"#,
        Some("/Statement/0/Resource/1"),
    ),
    (
        "iam-element-wrong-type",
        "identity",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#,
        None,
    ),
    (
        "iam-json-syntax-error",
        "identity",
        r#""Effect":"Allow","Effect":"Deny","Action":"s3:GetObject","Resource":"*""#,
        Some("/Statement/0/Effect"),
    ),
    ("iam-json-syntax-error", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*""#, None),
    (
        "iam-effect-invalid",
        "identity",
        r#""Effect":"allow","Action":"s3:GetObject","Resource":"*""#,
        Some("/Statement/0/Effect"),
    ),
    ("iam-effect-invalid", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*""#, None),
    ("iam-effect-missing", "identity", r#""Action":"s3:GetObject","Resource":"*""#, Some("/Statement/0")),
    ("iam-effect-missing", "identity", r#""Effect":"Deny","Action":"s3:GetObject","Resource":"*""#, None),
    (
        "iam-unknown-element",
        "identity",
        r#""Effect":"Allow","Actions":"s3:GetObject","Action":"s3:GetObject","Resource":"*""#,
        Some("/Statement/0/Actions"),
    ),
    ("iam-unknown-element", "identity", r#"{"Id":"x","Version":"2012-10-17","Statement":[]}"#, None),
    ("iam-version-invalid", "identity", r#"{"Version":"2012-10-18","Statement":[]}"#, Some("/Version")),
    ("iam-version-invalid", "identity", r#"{"Version":"2008-10-17","Statement":[]}"#, None),
    ("iam-statement-missing", "identity", r#"{"Version":"2012-10-17"}"#, Some("")),
    ("iam-statement-missing", "identity", r#"{"Version":"2012-10-17","Statement":[]}"#, None),
    (
        "iam-elements-exclude-each-other",
        "identity",
        r#""Effect":"Allow","Action":"s3:GetObject","NotAction":"s3:*","Resource":"*""#,
        Some("/Statement/0/NotAction"),
    ),
    (
        "iam-elements-exclude-each-other",
        "identity",
        r#""Effect":"Allow","Action":"s3:GetObject","NotResource":"arn:aws:s3:::b/*""#,
        None,
    ),
    (
        "iam-duplicate-sid",
        "identity",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Sid":"A","Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}"#,
        Some("/Statement/1/Sid"),
    ),
    (
        "iam-duplicate-sid",
        "identity",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Sid":"a","Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}"#,
        None,
    ),
    (
        "iam-sid-not-unique",
        "resource",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b"},{"Sid":"A","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::b"}]}"#,
        Some("/Statement/1/Sid"),
    ),
    (
        "iam-sid-not-unique",
        "identity",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Deny","Action":"s3:GetObject","Resource":"*"},{"Sid":"A","Effect":"Deny","Action":"s3:PutObject","Resource":"*"}]}"#,
        None,
    ),
    (
        "iam-sid-characters",
        "identity",
        r#""Sid":"Read it","Effect":"Allow","Action":"s3:GetObject","Resource":"*""#,
        Some("/Statement/0/Sid"),
    ),
    (
        "iam-sid-characters",
        "identity",
        r#""Sid":"ReadIt2","Effect":"Allow","Action":"s3:GetObject","Resource":"*""#,
        None,
    ),
    (
        "iam-sid-characters",
        "resource",
        r#""Sid":"Read it","Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b""#,
        None,
    ),
    (
        "iam-empty-sid",
        "identity",
        r#""Sid":"","Effect":"Allow","Action":"s3:GetObject","Resource":"*""#,
        Some("/Statement/0/Sid"),
    ),
    ("iam-empty-sid", "identity", r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*""#, None),
    (
        "iam-version-missing",
        "identity",
        r#"{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#,
        Some(""),
    ),
    (
        "iam-version-missing",
        "identity",
        r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#,
        None,
    ),
    // The variable is the graver reason.
    (
        "iam-version-missing",
        "identity",
        r#"{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}"}]}"#,
        None,
    ),
    (
        "iam-old-policy-version",
        "identity",
        r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#,
        Some("/Version"),
    ),
    (
        "iam-old-policy-version",
        "identity",
        r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}"}]}"#,
        None,
    ),
    (
        "iam-scp-allow-with-condition",
        "scp",
        r#""Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}"#,
        Some("/Statement/0/Condition"),
    ),
    (
        "iam-scp-allow-with-condition",
        "scp",
        r#""Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}"#,
        None,
    ),
    (
        "iam-scp-allow-with-not-action",
        "scp",
        r#""Effect":"Allow","NotAction":"s3:*","Resource":"*""#,
        Some("/Statement/0/NotAction"),
    ),
    ("iam-scp-allow-with-not-action", "scp", r#""Effect":"Deny","NotAction":"s3:*","Resource":"*""#, None),
    (
        "iam-scp-allow-with-resource",
        "scp",
        r#""Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b""#,
        Some("/Statement/0/Resource"),
    ),
    ("iam-scp-allow-with-resource", "scp", r#""Effect":"Allow","Action":"s3:*","Resource":"*""#, None),
    (
        "iam-scp-not-resource",
        "scp",
        r#""Effect":"Deny","Action":"s3:*","NotResource":"arn:aws:s3:::b""#,
        Some("/Statement/0/NotResource"),
    ),
    (
        "iam-scp-not-resource",
        "identity",
        r#""Effect":"Deny","Action":"s3:*","NotResource":"arn:aws:s3:::b""#,
        None,
    ),
    (
        "iam-scp-with-principal",
        "scp",
        r#""Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*""#,
        Some("/Statement/0/Principal"),
    ),
    (
        "iam-scp-with-principal",
        "rcp",
        r#""Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*""#,
        None,
    ),
    (
        "iam-empty-condition-block",
        "identity",
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{}"#,
        Some("/Statement/0/Condition"),
    ),
    (
        "iam-empty-condition-block",
        "identity",
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{}}"#,
        Some("/Statement/0/Condition/Bool"),
    ),
    (
        "iam-empty-condition-block",
        "identity",
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":[]}}"#,
        None,
    ),
];

#[test]
fn documents() {
    super::check(CASES);
}

fn statement(length: usize) -> String {
    let tail = "x".repeat(length);
    super::whole(&format!(
        r#""Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::{tail}""#
    ))
}

fn sized(rule: &str, kind: &str, limit: usize) {
    // What the document has without the tail: braces, quotes, names, without white space.
    let frame = statement(0).chars().filter(|c| !c.is_whitespace()).count();
    for (length, found) in [(limit - frame, false), (limit - frame + 1, true)] {
        let findings = super::lint(kind, &statement(length));
        assert_eq!(findings.iter().any(|f| f.rule == rule && f.pointer.is_empty()), found, "{rule} {length}");
    }
}

#[test]
fn sizes_are_counted_without_white_space() {
    sized("iam-policy-too-large", "identity", 10_240);
    sized("iam-policy-too-large", "identity AWS::IAM::ManagedPolicy", 6_144);
    sized("iam-policy-too-large", "boundary", 6_144);
    sized("iam-resource-policy-too-large", "resource AWS::S3::BucketPolicy", 20_480);
    sized("iam-scp-too-large", "scp", 5_120);
    sized("iam-trust-policy-too-large", "trust", 2_048);
}

#[test]
fn what_no_service_takes_is_named() {
    let deep = format!("{}1{}", "[".repeat(70), "]".repeat(70));
    let findings = super::lint("identity", &format!(r#"{{"Statement":{deep}}}"#));
    assert!(findings.iter().any(|f| f.rule == "iam-document-limit" && f.pointer.is_empty()), "{findings:#?}");
    let shallow = format!("{}1{}", "[".repeat(50), "]".repeat(50));
    let findings = super::lint("identity", &format!(r#"{{"Statement":{shallow}}}"#));
    assert!(findings.iter().all(|f| f.rule != "iam-document-limit"), "{findings:#?}");
}

#[test]
fn a_text_that_is_no_document_is_a_finding() {
    let error = palisade_iam::element::Element::from_json("{").expect_err("no JSON");
    let finding = palisade_iam::lint::Finding::unreadable(&error.to_string());
    assert_eq!((finding.rule, finding.pointer.as_str()), ("iam-json-syntax-error", ""));
}

#[test]
fn hostile_documents_end() {
    let many: Vec<String> = (0..18_000).map(|n| format!(r#""s3:*a*b*{n}*""#)).collect();
    let actions = format!(r#""Effect":"Allow","Action":[{}],"Resource":"*""#, many.join(","));
    assert!(!super::lint("identity", &super::whole(&actions)).is_empty());
    let long = "*a".repeat(30_000);
    let two = format!(
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::{long}","arn:aws:s3:::{long}b"]"#
    );
    super::lint("identity", &super::whole(&two));
    let keys: Vec<String> = (0..15_000).map(|n| format!(r#""s3:key{n}":"x""#)).collect();
    let conditions = format!(
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{{"StringEquals":{{{}}}}}"#,
        keys.join(",")
    );
    let findings = super::lint("identity", &super::whole(&conditions));
    assert_eq!(findings.iter().filter(|f| f.rule == "iam-unknown-service-condition-key").count(), 15_000);
}
