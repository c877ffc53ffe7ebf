//! every AWS account can invoke the function
//!
//! ## What
//!
//! The resource policy of the function has the principal `*` and no condition on the source, the account or the
//! organisation of the caller. Critical; high where `FunctionUrlAuthType: AWS_IAM` limits it to signed calls of
//! the URL, which any AWS account can make. The two permissions that make a URL with `NONE` public are reported
//! by function-url-without-auth only.
//!
//! ## Why
//!
//! Any AWS account, and an account is free, calls the function directly with an event of its own making. It
//! goes around the API with its authorizer, validation and firewall: the function reads claims, a user id or a
//! record from an event that the attacker wrote, and acts with all rights of its role.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//! resources:
//!   Resources:
//!     Everybody:
//!       Type: AWS::Lambda::Permission
//!       Properties:
//!         FunctionName: !Ref OrderLambdaFunction
//!         Action: lambda:InvokeFunction
//!         Principal: "*" # finding
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//! resources:
//!   Resources:
//!     Everybody:
//!       Type: AWS::Lambda::Permission
//!       Properties:
//!         FunctionName: !Ref OrderLambdaFunction
//!         Action: lambda:InvokeFunction
//!         Principal: !Ref "AWS::AccountId" # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Caller: {Type: String, Default: "*"} # finding
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Everybody:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: !Ref Caller
//!   Signed:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunctionUrl
//!       FunctionUrlAuthType: AWS_IAM
//!       Principal: "*" # finding
//! ```
//!
//! The principal `*` with the organisation:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Organisation:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: "*"
//!       PrincipalOrgID: o-a1b2c3d4e5
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     events:
//!       - http: GET /order
//!     url: true
//! ```
//!
//! ```hcl bad main.tf
//! data "aws_caller_identity" "current" {}
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_permission" "all" {
//!   function_name = aws_lambda_function.order.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "*" # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! data "aws_caller_identity" "current" {}
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_permission" "all" {
//!   function_name = aws_lambda_function.order.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = data.aws_caller_identity.current.account_id # finding
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
//! resource "aws_lambda_permission" "organisation" {
//!   function_name    = aws_lambda_function.order.function_name
//!   action           = "lambda:InvokeFunction"
//!   principal        = "*"
//!   principal_org_id = "o-a1b2c3d4e5"
//! }
//!
//! resource "aws_lambda_function_url" "order" {
//!   function_name      = aws_lambda_function.order.function_name
//!   authorization_type = "NONE"
//! }
//!
//! resource "aws_lambda_permission" "url" {
//!   function_name          = aws_lambda_function.order.function_name
//!   action                 = "lambda:InvokeFunctionUrl"
//!   principal              = "*"
//!   function_url_auth_type = "NONE"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Caller: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Somebody:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: !Ref Caller
//! ```
//!
//! ## How to fix
//!
//! Name the caller: a service with `SourceArn`, an account, or `*` with `PrincipalOrgID`. In serverless.yml the
//! permission stands under `resources.Resources`. Callers that are not named are refused.

use super::{Grant, grants};
use crate::accounts::{Account, account_of};
use crate::policy::glob;
use crate::prelude::*;
use crate::repair;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Critical,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[284, 732],
        owasp_serverless: &["S5", "SAS-2"],
        checkov: &["CKV_AWS_301"],
        aws: &["Lambda.1"],
        attack: &["T1190"],
        stride: &["S", "E"],
        others: &["F13", "not_publicly_accessible"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for grant in grants(cx) {
        let subject = grant.subject(cx);
        if grant.is_of_public_url() || grant.names_organisation() || names_source(grant.props) {
            continue;
        }
        let principal = grant.props.get("Principal");
        match principal.is("*") {
            Tri::No => continue,
            // `!Sub ${AWS::AccountId}`
            Tri::Unknown if account_of(principal) == Account::Own => continue,
            Tri::Unknown => {
                out.cannot_tell(grant.ix, "Principal", principal);
                continue;
            }
            Tri::Yes => {}
        }
        let action = grant.props.get("Action").display();
        let signed = grant.props.get("FunctionUrlAuthType").is("AWS_IAM").is_yes();
        let (severity, message) = if signed {
            (
                Severity::High,
                format!("every AWS account can call {subject} through its URL with a signed request"),
            )
        } else {
            (
                Severity::Critical,
                format!("every AWS account can do `{action}` on {subject}: its resource policy admits `*`"),
            )
        };
        out.push(
            Found::at_value(grant.ix, principal, grant.span, message)
                .label("everybody")
                .help("name the calling service with `SourceArn`, the account, or add `PrincipalOrgID`")
                .severity(severity)
                .evidence(format!("* {action} {}", grant.logical_id))
                .fix(proposal(cx, &grant, principal)),
        );
    }
}

/// Whether a condition names the source or the account on whose behalf a call is made.
fn names_source(props: &Val) -> bool {
    let account = props.get("SourceAccount");
    let source = props.get("SourceArn");
    let everything = |text: &str| glob(text, "arn:aws:x:y:314159265358:z") && glob(text, "arn:aws:x:y::w");
    !account.is_null() || !(source.is_null() || source.as_str().is_some_and(everything))
}

/// The organisation where it is configured, else the account that is deployed to.
fn proposal(cx: &Cx<'_>, grant: &Grant<'_>, principal: &Val) -> Proposal {
    if let Some(organisation) = cx.settings.organisation.as_deref() {
        let map = repair::properties(cx, grant.span, grant.props);
        let change = Change::Insert { map, key: "PrincipalOrgID".into(), value: organisation.into() };
        return Proposal::new("let only the organisation in", Safety::Unsafe, vec![change]);
    }
    let value = repair::account(cx);
    let change = if principal.links().next().is_some() {
        // What a parameter is for elsewhere stays.
        let map = repair::properties(cx, grant.span, grant.props);
        Change::Insert { map, key: "Principal".into(), value }
    } else {
        Change::Replace { at: principal.span, value }
    };
    Proposal::new("let only the own account in", Safety::Unsafe, vec![change])
}
