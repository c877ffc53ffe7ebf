//! A hand-made report.

use std::sync::Arc;

use palisade_diag::{
    ApplicationSummary, Confidence, Finding, Fix, FixEdit, Ignored, Label, Persona, References, Report,
    Resource, Safety, Severity, SourceText, Statistics, Unread, UnreadKind,
};
use palisade_source::SourceFile;

const SERVERLESS: &str = "\
service: orders
provider:
  name: aws
  runtime: nodejs16.x
functions:
  create:
    handler: create.handler
    events:
      - httpApi: 'POST /orders'
  report:
    handler: report.handler
    role: ReportRole
";

const ROLES: &str = "\
Resources:
  ReportRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement: {Effect: Allow, Action: '*', Resource: '*'}
  Uploads:
    Type: AWS::S3::Bucket
";

pub fn label(files: &SourceText, path: &str, at: &str, text: &str, primary: bool) -> Label {
    let file = &files.files[path];
    let start = u32::try_from(file.text.find(at).unwrap()).unwrap();
    let end = start + u32::try_from(at.len()).unwrap();
    Label {
        path: path.into(),
        start: file.position(start),
        end: file.position(end),
        text: text.into(),
        primary,
    }
}

pub fn finding(
    rule: &'static str,
    severity: Severity,
    message: &str,
    nodes: &[&str],
    labels: Vec<Label>,
) -> Finding {
    Finding {
        rule,
        severity,
        confidence: Confidence::High,
        persona: Persona::Regular,
        message: message.into(),
        help: String::new(),
        node: nodes.first().map(|n| (*n).to_owned()),
        affected: nodes.iter().map(|n| (*n).to_owned()).collect(),
        resource: None,
        labels,
        steps: Vec::new(),
        fixes: Vec::new(),
        references: References { cwe: &[250], stride: &["E"], ..References::NONE },
        fingerprint: palisade_diag::fingerprint(rule, message, ""),
        identity: palisade_diag::Identity {
            application: nodes.first().map_or(String::new(), |_| "api".into()),
            place: message.into(),
            evidence: String::new(),
        },
        pattern: String::new(),
    }
}

/// Five findings, one ignored, two files not read.
pub fn report() -> Report {
    let mut sources = SourceText::default();
    for (path, text) in
        [("api/serverless.yml", SERVERLESS), ("api/roles.yml", ROLES), ("api/broken.yml", "a: [\n")]
    {
        sources.files.insert(path.into(), Arc::new(SourceFile::new(path, text)));
    }
    let (create, other) = ("function:api#create", "function:api#report");
    let mut runtime = finding(
        "function-runtime-deprecated",
        Severity::Medium,
        "2 functions (`create`, `report`) run on `nodejs16.x`, deprecated since 2024-06-12",
        &[create, other],
        vec![label(&sources, "api/serverless.yml", "nodejs16.x", "deprecated", true)],
    );
    runtime.help =
        "move to `nodejs24.x`; test the handlers first, since the change of major versions removes \
        interfaces that older code may use"
            .into();
    let start = runtime.labels[0].start.offset;
    runtime.fixes.push(Fix {
        title: "use `nodejs24.x`".into(),
        safety: Safety::Unsafe,
        edits: vec![FixEdit {
            path: "api/serverless.yml".into(),
            start,
            end: start + 10,
            replacement: "nodejs24.x".into(),
        }],
    });
    let mut open = finding(
        "api-route-without-authorizer",
        Severity::High,
        "anybody on the internet can start function `create` through `POST /orders`",
        &["entry:api#create-post-orders", create],
        vec![label(&sources, "api/serverless.yml", "'POST /orders'", "no authorizer", true)],
    );
    open.confidence = Confidence::Medium;
    let mut admin = finding(
        "iam-admin",
        Severity::Critical,
        "function `report` may do anything: `*` on `*`",
        &[other],
        vec![
            label(&sources, "api/serverless.yml", "ReportRole", "runs as this role", false),
            label(&sources, "api/roles.yml", "Action: '*'", "every action", true),
            label(&sources, "api/roles.yml", "Resource: '*'", "on everything", false),
        ],
    );
    admin.help = "name the actions that the code calls".into();
    admin.steps = vec![0, 1, 2];
    let mut bucket = finding(
        "data-bucket-unencrypted",
        Severity::Low,
        "bucket `Uploads` <script> & 50%",
        &["store:api#Uploads"],
        vec![label(&sources, "api/roles.yml", "Uploads", "", true)],
    );
    bucket.resource =
        Some(Resource { logical_id: "Uploads".into(), ty: "AWS::S3::Bucket".into(), address: String::new() });
    let duplicate = finding(
        "deploy-duplicate-key",
        Severity::Info,
        "key `name` is written twice",
        &[],
        vec![label(&sources, "api/serverless.yml", "name", "", true)],
    );
    let mut ignored = bucket.clone();
    ignored.message = "bucket `Uploads` is public".into();
    let mut findings = vec![runtime, open, admin, bucket, duplicate];
    findings.sort_by(|a, b| a.order().cmp(&b.order()));
    Report {
        complete: false,
        applications: vec![ApplicationSummary {
            root: "api".into(),
            dialects: vec!["serverless".into()],
            functions: 2,
            entries: 1,
            stores: 1,
            roles: 1,
        }],
        findings,
        ignored: vec![Ignored {
            finding: ignored,
            reason: "the public site".into(),
            by: "comment".into(),
            until: Some("2027-01-31".into()),
        }],
        baseline: None,
        unread: vec![
            Unread {
                path: "api/broken.yml".into(),
                kind: UnreadKind::Failed,
                reason: "not valid YAML or JSON: unclosed bracket".into(),
                line: Some(1),
            },
            Unread {
                path: "azure/serverless.yml".into(),
                kind: UnreadKind::Foreign,
                reason: "provider `azure`: functions `hello`".into(),
                line: None,
            },
        ],
        notes: vec!["api/roles.yml:1: the macro `Own` may change anything at deployment".into()],
        statistics: Statistics {
            files: 3,
            bytes: 512,
            cannot_tell: [("iam-admin".to_owned(), 2)].into(),
            withheld_fixes: 0,
        },
        exposures: [(
            create.to_owned(),
            "anybody on the internet can start it through `POST /orders`".to_owned(),
        )]
        .into(),
        sources,
    }
}
