use std::collections::BTreeSet;

use proptest::prelude::*;

use super::pack::{VERSION, fnv, u16_at};
use super::*;

const CATALOGUE: &[u8] = include_bytes!("../../data/catalogue.bin");
const MANAGED: &[u8] = include_bytes!("../../data/managed.bin");
const SOURCE: &str = include_str!("../../data/SOURCE.md");

/// Levels by <https://docs.aws.amazon.com/service-authorization/latest/reference/>; the last five are `Write` there, and
/// permissions management by the override table.
const KNOWN: [(&str, Level); 50] = [
    ("apigateway:GET", Level::Read),
    ("athena:StartQueryExecution", Level::Write),
    ("bedrock:InvokeModel", Level::Read),
    ("cloudformation:CreateStack", Level::Write),
    ("cloudtrail:StopLogging", Level::Write),
    ("cloudwatch:PutMetricData", Level::Write),
    ("codebuild:StartBuild", Level::Write),
    ("cognito-idp:AdminCreateUser", Level::Write),
    ("dynamodb:DeleteTable", Level::Write),
    ("dynamodb:GetItem", Level::Read),
    ("dynamodb:PutItem", Level::Write),
    ("dynamodb:Query", Level::Read),
    ("ec2:CreateTags", Level::Tagging),
    ("ec2:DescribeInstances", Level::List),
    ("ec2:RunInstances", Level::Write),
    ("ec2:TerminateInstances", Level::Write),
    ("ecs:RunTask", Level::Write),
    ("events:PutEvents", Level::Write),
    ("execute-api:Invoke", Level::Write),
    ("firehose:PutRecord", Level::Write),
    ("iam:AttachRolePolicy", Level::PermissionsManagement),
    ("iam:GetRole", Level::Read),
    ("iam:ListRoles", Level::List),
    ("iam:PutRolePolicy", Level::PermissionsManagement),
    ("iam:TagRole", Level::Tagging),
    ("kinesis:PutRecord", Level::Write),
    ("kms:CreateGrant", Level::PermissionsManagement),
    ("kms:Decrypt", Level::Write),
    ("kms:PutKeyPolicy", Level::PermissionsManagement),
    ("lambda:AddPermission", Level::PermissionsManagement),
    ("lambda:CreateFunction", Level::Write),
    ("lambda:InvokeFunction", Level::Write),
    ("lambda:UpdateFunctionCode", Level::Write),
    ("logs:CreateLogGroup", Level::Write),
    ("logs:PutLogEvents", Level::Write),
    ("s3:DeleteObject", Level::Write),
    ("s3:GetObject", Level::Read),
    ("s3:ListBucket", Level::List),
    ("s3:PutBucketPolicy", Level::PermissionsManagement),
    ("s3:PutObject", Level::Write),
    ("s3:PutObjectTagging", Level::Tagging),
    ("secretsmanager:GetSecretValue", Level::Read),
    ("sns:Publish", Level::Write),
    ("sqs:SendMessage", Level::Write),
    ("sts:AssumeRole", Level::Write),
    ("iam:AddUserToGroup", Level::PermissionsManagement),
    ("iam:CreateAccessKey", Level::PermissionsManagement),
    ("iam:CreateRole", Level::PermissionsManagement),
    ("iam:PassRole", Level::PermissionsManagement),
    ("iam:UpdateLoginProfile", Level::PermissionsManagement),
];

fn find(full: &str) -> ActionId {
    let (prefix, name) = full.split_once(':').unwrap();
    action(service(prefix).unwrap(), name).unwrap_or_else(|| panic!("{full} is not known"))
}

/// What SOURCE.md says of a kind of rows.
fn counted(kind: &str) -> usize {
    let line = SOURCE.lines().find_map(|line| line.strip_prefix(&format!("| {kind} | ")));
    line.unwrap().split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn well_known_actions_have_the_level_that_aws_prints() {
    for (full, level) in KNOWN {
        assert_eq!(find(full).level(), level, "{full}");
        assert_eq!(find(full).full(), full);
        assert!(!find(full).is_retired());
    }
    for (full, _) in KNOWN.iter().skip(45) {
        assert_eq!(find(full).published_level(), Level::Write, "{full}");
    }
}

#[test]
fn counts_do_not_fall() {
    let counts = counts();
    // the counts of the first pack: a later one may lose one row in a hundred
    let kinds = [
        ("services", counts.services, 457),
        ("actions", counts.actions, 22_108),
        ("resource types", counts.resource_types, 2_334),
        ("condition keys", counts.keys, 1_630),
        ("actions with dependents", counts.dependents, 1_654),
        ("managed policies", counts.managed, 1_582),
    ];
    for (kind, count, first) in kinds {
        assert_eq!(count, counted(kind), "{kind} differ from SOURCE.md");
        assert!(count * 100 >= first * 99, "{kind}: {count} of {first}");
    }
}

#[test]
fn packs_are_small_and_whole() {
    assert!(CATALOGUE.len() + MANAGED.len() <= 900 * 1024);
    for pack in [CATALOGUE, MANAGED] {
        assert_eq!(u16_at(pack, 4), Some(VERSION));
        assert_eq!(pack[8..16], fnv(&pack[16..]).to_le_bytes());
    }
    for (file, pack) in [("catalogue.bin", CATALOGUE), ("managed.bin", MANAGED)] {
        assert!(
            SOURCE.contains(&format!("| `{file}` | {} |", pack.len())),
            "{file} is not the one of SOURCE.md"
        );
    }
}

#[test]
fn every_action_is_found_in_any_case() {
    let mut row = 0;
    for service in services() {
        assert_eq!(super::service(&service.prefix().to_uppercase()), Some(service));
        assert_eq!(service.actions().start, row);
        let mut before = String::new();
        names(service, |id, name| {
            assert_eq!(id, ActionId(row));
            assert_eq!((id.service(), id.name().as_str()), (service, name));
            assert_eq!(id.index_in_service(), usize::from(row - service.actions().start));
            for spelled in [name.to_owned(), name.to_lowercase(), name.to_uppercase()] {
                assert_eq!(action(service, &spelled), Some(id), "{spelled}");
            }
            let lower = name.to_lowercase();
            assert!(before < lower, "{before} stands before {lower}");
            before = lower;
            row += 1;
        });
        assert_eq!(service.actions().end, row);
        for unknown in ["", "-", "a", "Get", "GetZzzz", "zzzz"] {
            assert!(action(service, unknown).is_none_or(|id| id.name().eq_ignore_ascii_case(unknown)));
        }
    }
    assert_eq!(usize::from(row), counts().actions);
    assert_eq!(super::service("nothing"), None);
}

#[test]
fn references_lead_to_rows() {
    let counts = counts();
    for id in services().flat_map(ServiceId::actions).map(ActionId) {
        for (resource, _) in id.resource_types() {
            assert_eq!(resource.service(), id.service());
            assert!(!resource.name().is_empty());
        }
        assert!(id.condition_keys().all(|key| usize::from(key.0) < counts.keys));
        assert!(id.dependents().all(|needed| usize::from(needed.0) < counts.actions));
    }
    for service in services() {
        assert!(!service.title().is_empty(), "{}", service.prefix());
        for resource in service.resource_types() {
            assert_eq!(resource_type(service, &resource.name().to_uppercase()), Some(resource));
            assert!(resource.arn_formats().count() > 0);
            assert!(
                resource.arn_formats().all(|format| format.starts_with("arn:${Partition}:")),
                "{}",
                resource.name()
            );
            assert!(resource.condition_keys().all(|key| usize::from(key.0) < counts.keys));
        }
        assert!(service_keys(service).all(|key| usize::from(key.0) < counts.keys));
    }
    for id in keys() {
        assert_eq!(key(&id.name().to_lowercase()), Some(id));
        assert_eq!(id.is_pattern(), id.name().contains("${") || id.name().contains('<'), "{}", id.name());
    }
}

#[test]
fn an_action_carries_what_aws_prints() {
    let s3 = service("S3").unwrap();
    assert_eq!((s3.prefix(), s3.title(), s3.supports_rcp()), ("s3", "Amazon S3", true));
    assert!(!service("ec2").unwrap().supports_rcp());
    let types: Vec<_> =
        find("s3:GetObject").resource_types().map(|(t, required)| (t.name(), required)).collect();
    assert_eq!(types, [("accesspointobject", false), ("object", false)]);
    let object = resource_type(s3, "object").unwrap();
    assert_eq!(
        object.arn_formats().collect::<Vec<_>>(),
        ["arn:${Partition}:s3:::${BucketName}/${ObjectName}"]
    );
    let function = resource_type(service("lambda").unwrap(), "function").unwrap();
    let formats: Vec<_> = function.arn_formats().collect();
    assert_eq!(formats, ["arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}"]);
    let role = resource_type(service("iam").unwrap(), "role").unwrap();
    assert_eq!(
        role.arn_formats().collect::<Vec<_>>(),
        ["arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"]
    );
    let bot = resource_type(service("lex").unwrap(), "bot").unwrap();
    assert_eq!(bot.arn_formats().count(), 2);
    assert!(find("iam:PassRole").condition_keys().any(|key| key.name() == "iam:PassedToService"));
    let needed: Vec<_> = find("lambda:CreateFunction").dependents().map(ActionId::full).collect();
    assert!(needed.contains(&"iam:PassRole".to_owned()), "{needed:?}");
    assert_eq!(find("s3:ListAllMyBuckets").resource_types().count(), 0);
    assert_eq!(date(), "2026-09-26");
}

#[test]
fn what_only_the_older_list_has_is_retired() {
    let retired = services().flat_map(ServiceId::actions).filter(|row| ActionId(*row).is_retired()).count();
    assert_eq!(retired, 17);
    assert!(find("trustedadvisor:CreateEngagement").is_retired());
}

#[test]
fn keys_have_types_and_patterns() {
    let rows = [
        ("AWS:SOURCEIP", "aws:SourceIp", KeyType::Ip, false),
        ("aws:SourceVpcArn", "aws:SourceVpcArn", KeyType::Arn, false),
        ("aws:RequestTag/team", "aws:RequestTag/${TagKey}", KeyType::String, false),
        ("aws:PrincipalTag/a/b", "aws:PrincipalTag/${TagKey}", KeyType::String, false),
        ("aws:TagKeys", "aws:TagKeys", KeyType::String, true),
        ("aws:CalledVia", "aws:CalledVia", KeyType::String, true),
        ("aws:CurrentTime", "aws:CurrentTime", KeyType::Date, false),
        ("aws:MultiFactorAuthAge", "aws:MultiFactorAuthAge", KeyType::Numeric, false),
        ("aws:SecureTransport", "aws:SecureTransport", KeyType::Bool, false),
        ("s3:ExistingObjectTag/kind", "s3:ExistingObjectTag/<key>", KeyType::String, false),
        (
            "kms:EncryptionContext:aws:s3:arn",
            "kms:EncryptionContext:${EncryptionContextKey}",
            KeyType::String,
            false,
        ),
        (
            "token.actions.githubusercontent.com:ref",
            "token.actions.githubusercontent.com:ref",
            KeyType::String,
            false,
        ),
        ("events:metadata/a/matcher", "events:Metadata/${MetadataKey}/Matcher", KeyType::String, false),
    ];
    for (asked, name, kind, is_array) in rows {
        let Some(found) = key(asked) else { panic!("{asked} is not known") };
        assert_eq!((found.name(), found.key_type(), found.is_array()), (name, kind, is_array));
    }
    for unknown in [
        "",
        "aws:",
        "aws:RequestTag/",
        "aws:RequestTag",
        "aws:Nothing",
        "aws:PrincipalArn/x",
        "oidc.example.com:sub",
    ] {
        assert_eq!(key(unknown), None, "{unknown}");
    }
    let (time, provider) = (key("aws:EpochTime").unwrap(), key("aws:FederatedProvider").unwrap());
    assert!(time.accepts(KeyType::Date) && time.accepts(KeyType::Numeric) && !time.accepts(KeyType::Arn));
    assert!(
        provider.accepts(KeyType::String)
            && provider.accepts(KeyType::Arn)
            && !provider.accepts(KeyType::Bool)
    );
    assert!(!key("aws:CurrentTime").unwrap().accepts(KeyType::Numeric));
    assert!(key("aws:PrincipalArn").unwrap().is_global());
    assert!(!key("s3:prefix").unwrap().is_global());
}

#[test]
fn every_managed_policy_is_json() {
    let names: Vec<_> = managed::names().collect();
    let mut seen = 0;
    managed::all(|name, arn, json| {
        assert_eq!(names[seen], (name.to_owned(), arn.to_owned()));
        let parsed: serde_json::Value = serde_json::from_str(json).unwrap();
        assert!(parsed.get("Statement").is_some(), "{name}");
        seen += 1;
    });
    assert_eq!(seen, counts().managed);
    // one by one, and not too many of them: each decodes a frame
    for (name, arn) in names.iter().step_by(97) {
        assert!(managed::document(name).is_some());
        assert_eq!(managed::document(arn), managed::document(name));
    }
}

#[test]
fn a_managed_policy_is_found_by_name_and_arn() {
    let basic = managed::document("AWSLambdaBasicExecutionRole").unwrap();
    assert!(basic.contains("logs:PutLogEvents"), "{basic}");
    let arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    assert_eq!(managed::document(arn), Some(basic));
    assert!(
        managed::document("arn:aws:iam::aws:policy/AdministratorAccess").unwrap().contains(r#""Action":"*""#)
    );
    for unknown in [
        // without the path that it has
        "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws:policy/service-role/AdministratorAccess",
        "arn:aws-cn:iam::aws:policy/AdministratorAccess",
        "arn:aws:iam::123456789012:policy/AdministratorAccess",
        "arn:aws:iam::aws:policy",
        "administratoraccess",
        "",
    ] {
        assert_eq!(managed::document(unknown), None, "{unknown}");
    }
}

/// By definition: the first character of the pattern against the first of the text, then the rest.
fn naive(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), None) => naive(rest, text),
        (Some((b'*', rest)), Some((_, after))) => naive(rest, text) || naive(pattern, after),
        (Some((p, rest)), Some((t, after))) => {
            (*p == b'?' || p.eq_ignore_ascii_case(t)) && naive(rest, after)
        }
        _ => false,
    }
}

/// All actions of a service that fit by definition.
fn fitting(service: ServiceId, pattern: &str) -> BTreeSet<ActionId> {
    let mut found = BTreeSet::new();
    names(service, |id, name| {
        if naive(pattern.as_bytes(), name.as_bytes()) {
            found.insert(id);
        }
    });
    found
}

fn matched(service: ServiceId, pattern: &str) -> BTreeSet<ActionId> {
    let mut found = Vec::new();
    matching(service, pattern, |id| found.push(id));
    let set: BTreeSet<_> = found.iter().copied().collect();
    assert_eq!(set.len(), found.len(), "{pattern} gives an action twice");
    set
}

proptest! {
    #[test]
    fn matching_is_the_naive_glob(
        service in 0..counts().services,
        pick in any::<prop::sample::Index>(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..6_usize, prop::sample::select(&["*", "?", "??", "**", "x", ""])), 0..4),
        upper in any::<bool>(),
    ) {
        let service = ServiceId(u16::try_from(service).unwrap());
        let rows = service.actions();
        prop_assume!(!rows.is_empty());
        let row = rows.start + u16::try_from(pick.index(rows.len())).unwrap();
        let mut pattern = ActionId(row).name();
        for (at, length, with) in cuts {
            if !pattern.is_empty() {
                let at = at.index(pattern.len());
                pattern.replace_range(at..(at + length).min(pattern.len()), with);
            }
        }
        let pattern = if upper { pattern.to_uppercase() } else { pattern };
        prop_assert_eq!(matched(service, &pattern), fitting(service, &pattern), "{}", pattern);
    }

    #[test]
    fn matching_takes_any_text(service in 0..counts().services, pattern in "[a-zA-Z*?é-]{0,6}") {
        let service = ServiceId(u16::try_from(service).unwrap());
        prop_assert_eq!(matched(service, &pattern), fitting(service, &pattern));
    }
}

proptest! {
    // each case reads a whole pack
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn a_damaged_pack_is_read_without_panic(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..200),
        in_head in prop::collection::vec((0..160_usize, any::<u8>()), 0..3),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let spoil = |pack: &[u8]| {
            let mut pack = pack.to_vec();
            for (at, byte) in &damage {
                let at = at.index(pack.len());
                pack[at] = *byte;
            }
            for (at, byte) in &in_head {
                pack[*at] = *byte;
            }
            if is_cut {
                pack.truncate(cut.index(pack.len()));
            }
            pack
        };
        let pack = spoil(CATALOGUE);
        let table = Table::read(&pack);
        for service in (0..table.services()).chain([u16::MAX]) {
            let names = table.names(service);
            names.each(names.rows(), |_, _| {});
            names.find(b"GetObject");
            names.beginning(b"Get");
            names.name(names.rows().end);
            table.text(table.service(service).title);
        }
        for row in (0..table.actions()).step_by(7).chain([u16::MAX]) {
            let shape = table.shape(row);
            table.service_of(row, |service| service.action);
            table.list(shape.keys).chain(table.list(shape.resources)).for_each(drop);
            table.dependents_of(row);
            table.text(table.resource(row).formats);
            table.text(table.key(row).name);
        }
        let pack = spoil(MANAGED);
        let policies = managed::Pack::read(&pack);
        policies.document("AdministratorAccess");
        policies.document("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
    }
}

#[test]
fn rows_that_do_not_exist_are_empty() {
    let action = ActionId(u16::MAX);
    assert_eq!((action.name(), action.level(), action.is_retired()), (String::new(), Level::List, false));
    assert_eq!(
        action.resource_types().count() + action.condition_keys().count() + action.dependents().count(),
        0
    );
    assert!(ServiceId(u16::MAX).prefix().is_empty() && ServiceId(u16::MAX).actions().is_empty());
    assert!(KeyId(u16::MAX).name().is_empty() && ResourceTypeId(u16::MAX).name().is_empty());
}
