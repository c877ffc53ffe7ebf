//! no trail of the application records who invokes its functions
//!
//! ## What
//!
//! No `AWS::CloudTrail::Trail` of the application has an event selector for data events of Lambda (`AWS::Lambda::Function`). One finding an application: it is a
//! question to the account.
//!
//! ## Why
//!
//! CloudTrail records who changes a function, and not who invokes it, unless told so. After a credential is stolen nobody can say which functions it called,
//! how often, and from where.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   order: {handler: order.handler} # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function: {Runtime: nodejs24.x, Handler: a.b, CodeUri: .}
//! Resources:
//!   Order: # finding
//!     Type: AWS::Serverless::Function
//!   Trail:
//!     Type: AWS::CloudTrail::Trail
//!     Properties:
//!       IsLogging: true
//!       S3BucketName: trails
//!       EventSelectors:
//!         - DataResources: [{Type: "AWS::S3::Object", Values: ["arn:aws:s3"]}]
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function: {Runtime: nodejs24.x, Handler: a.b, CodeUri: .}
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!   Trail:
//!     Type: AWS::CloudTrail::Trail
//!     Properties:
//!       IsLogging: true
//!       S3BucketName: trails
//!       AdvancedEventSelectors:
//!         - FieldSelectors:
//!             - {Field: eventCategory, Equals: [Data]}
//!             - {Field: resources.type, Equals: ["AWS::Lambda::Function"]}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" { # finding
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_cloudtrail" "all" {
//!   name           = "all"
//!   s3_bucket_name = "trails"
//!   event_selector {
//!     read_write_type = "All"
//!     data_resource {
//!       type   = "AWS::Lambda::Function"
//!       values = ["arn:aws:lambda"]
//!     }
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A trail of the account or the organisation, outside of the application, is not seen.
//!
//! ## How to fix
//!
//! Data events of Lambda in the account's trail. They cost per event: for functions that are called much, choose which.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::Medium,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        stride: &["R"],
        ..References::NONE
    },
    check,
};

const LAMBDA: &str = "AWS::Lambda::Function";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let functions: Vec<(NodeIx, &Node)> = cx.functions().collect();
    let Some((first, node)) = functions.first().copied() else { return };
    let mut open = None;
    for (_, trail) in cx.of_type("AWS::CloudTrail::Trail") {
        let (plain, advanced) =
            (trail.props.get("EventSelectors"), trail.props.get("AdvancedEventSelectors"));
        let resources =
            plain.items().iter().flat_map(|s| s.get("DataResources").items()).map(|r| r.get("Type"));
        let fields = advanced.items().iter().flat_map(|s| s.get("FieldSelectors").items());
        let types = fields
            .filter(|f| f.get("Field").is("resources.type").is_yes())
            .flat_map(|f| f.get("Equals").items());
        let recorded = resources.chain(types).fold(Tri::No, |any, ty| any.or(ty.is(LAMBDA)));
        if recorded.is_yes() {
            return;
        }
        for val in [plain, advanced] {
            if recorded == Tri::Unknown || !val.is_known() && !val.is_null() {
                open = open.or(Some(val));
            }
        }
    }
    if let Some(open) = open {
        out.cannot_tell(first, "EventSelectors", open);
        return;
    }
    let mut found = Found::new(first, node.span, "no trail of the application records who invokes {subject}")
        .label("invocations are data events")
        .help("record data events of `AWS::Lambda::Function` in the account's trail")
        .evidence("no data events");
    for (ix, _) in functions.iter().skip(1) {
        found = found.affects(*ix);
    }
    out.push(found);
}
