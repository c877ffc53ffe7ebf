//! no trail records who invokes the functions
//!
//! ## What
//!
//! No trail or event data store of the application records data events of `AWS::Lambda::Function` for a function: calls
//! of `Invoke`. One finding for all such functions. A trail that only reads (`ReadWriteType: ReadOnly`) or that is
//! switched off (`IsLogging: false`) records none.
//!
//! ## Why
//!
//! CloudTrail records who changes a function, but not who calls it, unless it is told to. After stolen keys have been used
//! nobody can say which functions were called with them, and from where.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   hello: # finding
//!     handler: a.b
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function: {Runtime: nodejs22.x, Handler: a.b, CodeUri: .}
//! Parameters:
//!   What: {Type: String, Default: ReadOnly}
//! Resources:
//!   Hello: # finding
//!     Type: AWS::Serverless::Function
//!   Trail:
//!     Type: AWS::CloudTrail::Trail
//!     Properties:
//!       IsLogging: true
//!       S3BucketName: trails
//!       EventSelectors:
//!         - ReadWriteType: !Ref What
//!           DataResources: [{Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda']}]
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties: {Runtime: nodejs22.x, Handler: a.b, CodeUri: .}
//!   Trail:
//!     Type: AWS::CloudTrail::Trail
//!     Properties:
//!       IsLogging: true
//!       S3BucketName: trails
//!       EventSelectors:
//!         - DataResources: [{Type: 'AWS::Lambda::Function', Values: [!GetAtt Hello.Arn]}]
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "orders" { # finding
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_cloudtrail" "all" {
//!   name           = "all"
//!   s3_bucket_name = "trails"
//!   advanced_event_selector {
//!     field_selector {
//!       field  = "eventCategory"
//!       equals = ["Data"]
//!     }
//!     field_selector {
//!       field  = "resources.type"
//!       equals = ["AWS::Lambda::Function"]
//!     }
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Watched: {Type: String}
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties: {Runtime: nodejs22.x, Handler: a.b, CodeUri: .}
//!   Trail:
//!     Type: AWS::CloudTrail::Trail
//!     Properties:
//!       IsLogging: true
//!       S3BucketName: trails
//!       EventSelectors:
//!         - DataResources: [{Type: 'AWS::Lambda::Function', Values: [!Ref Watched]}]
//! ```
//!
//! ## How to fix
//!
//! Record data events of Lambda in a trail of the account or organisation; that is seldom part of an application.
//! Where it is done elsewhere, ignore the rule with that reason. Data events are paid for by their number: for busy
//! functions that is a notable sum.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        stride: &["R"],
        others: &["awslambda_function_invoke_api_operations_cloudtrail_logging_enabled"],
        ..References::NONE
    },
    check,
};

const FUNCTION: &str = "AWS::Lambda::Function";

/// Functions whose invocations are recorded.
#[derive(Default)]
struct Recorded<'a> {
    all: bool,
    functions: Vec<NodeIx>,
    open: Option<&'a Val>,
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mut recorded = Recorded::default();
    for ty in ["AWS::CloudTrail::Trail", "AWS::CloudTrail::EventDataStore"] {
        for (_, trail) in cx.of_type(ty) {
            if trail.props.get("IsLogging").as_bool() != Some(false) {
                basic(cx, trail.props.get("EventSelectors"), &mut recorded);
                advanced(cx, trail.props.get("AdvancedEventSelectors"), &mut recorded);
            }
        }
    }
    if recorded.all {
        return;
    }
    let mut asked = cx.functions().filter(|(fx, _)| !recorded.functions.contains(fx));
    let Some((first, node)) = asked.next() else { return };
    if let Some(open) = recorded.open {
        out.cannot_tell(first, "EventSelectors", open);
        return;
    }
    let found = Found::new(first, node.span, "no trail of the application records who invokes {subject}")
        .label("no data events of Lambda")
        .help("record data events of `AWS::Lambda::Function` in a trail of the account")
        .evidence("no data events");
    out.push(asked.fold(found, |found, (fx, _)| found.affects(fx)));
}

fn basic<'a>(cx: &Cx<'a>, selectors: &'a Val, recorded: &mut Recorded<'a>) {
    if !selectors.is_known() {
        recorded.open = recorded.open.or(Some(selectors));
    }
    for selector in selectors.items() {
        // `Invoke` is a write.
        if selector.get("ReadWriteType").is("ReadOnly").is_yes() {
            continue;
        }
        for resource in selector.get("DataResources").items() {
            if resource.get("Type").is(FUNCTION).is_yes() {
                functions(cx, resource.get("Values"), recorded);
            }
        }
    }
}

fn advanced<'a>(cx: &Cx<'a>, selectors: &'a Val, recorded: &mut Recorded<'a>) {
    if !selectors.is_known() {
        recorded.open = recorded.open.or(Some(selectors));
    }
    for selector in selectors.items() {
        let fields = selector.get("FieldSelectors").items();
        let field = |name: &str| fields.iter().find(|f| f.get("Field").is(name).is_yes());
        let of = field("resources.type").is_some_and(|f| names(f, FUNCTION));
        if !of || field("readOnly").is_some_and(|f| names(f, "true")) {
            continue;
        }
        match field("resources.ARN") {
            None => recorded.all = true,
            Some(arn) if arn.get("Equals").items().is_empty() => recorded.open = recorded.open.or(Some(arn)),
            Some(arn) => functions(cx, arn.get("Equals"), recorded),
        }
    }
}

fn names(field: &Val, text: &str) -> bool {
    field.get("Equals").items().iter().any(|v| v.display() == text)
}

fn functions<'a>(cx: &Cx<'a>, values: &'a Val, recorded: &mut Recorded<'a>) {
    for value in values.items() {
        if let Some(ix) = cx.graph.resolve(value) {
            recorded.functions.push(ix);
        } else if let Some(text) = value.as_str() {
            // `arn:aws:lambda` is every function; another ARN may be any of the application's.
            let whole = text.split(':').count() <= 3 || text.ends_with('*');
            recorded.all |= whole;
            recorded.open = recorded.open.or((!whole).then_some(value));
        } else {
            recorded.open = recorded.open.or(Some(value));
        }
    }
}
