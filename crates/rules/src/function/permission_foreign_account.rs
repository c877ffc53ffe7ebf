//! another account may invoke the function
//!
//! ## What
//!
//! A permission has an account (or a role or user of an account) as principal that is neither own nor in
//! `trusted-accounts`. Without a configured account, an id is another's if it differs from every account that
//! the application uses as its own.
//!
//! ## Why
//!
//! The other account decides which of its roles may call, with any event that it likes: the function's own
//! front door, with authorizer and validation, is not on the way. A credential that leaks there, or an account
//! that changed hands, calls the function here.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   iam:
//!     role: arn:aws:iam::271828182845:role/shop
//! functions:
//!   order:
//!     handler: order.handler
//! resources:
//!   Resources:
//!     Partner:
//!       Type: AWS::Lambda::Permission
//!       Properties:
//!         FunctionName: !Ref OrderLambdaFunction
//!         Action: lambda:InvokeFunction
//!         Principal: "314159265358" # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Partner: {Type: String, Default: "314159265358"}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::271828182845:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Partners:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: !Sub arn:aws:iam::${Partner}:role/caller # finding
//! ```
//!
//! The own account, by reference and by its id:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::271828182845:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Own:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: !Sub arn:aws:iam::${AWS::AccountId}:role/caller
//!   Same:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: "271828182845"
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
//! ```
//!
//! ```hcl bad main.tf
//! variable "partner" {
//!   type    = string
//!   default = "314159265358" # finding
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::271828182845:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_permission" "partner" {
//!   function_name = aws_lambda_function.order.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = var.partner
//! }
//! ```
//!
//! ```hcl good main.tf
//! data "aws_caller_identity" "me" {}
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::271828182845:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_permission" "own" {
//!   function_name = aws_lambda_function.order.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = data.aws_caller_identity.me.account_id
//! }
//!
//! resource "aws_lambda_permission" "same" {
//!   function_name = aws_lambda_function.order.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "271828182845"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! The only account that the application names may be its own:
//!
//! ```yaml unknown template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: !ImportValue role
//!       Code: {S3Bucket: b, S3Key: k}
//!   Some:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: "314159265358"
//! ```
//!
//! ## How to fix
//!
//! Remove the permission, or name one role of the other account instead of all of it and list the account in
//! `trusted-accounts` of palisade.toml. Callers of the other account are refused once the permission is gone.

use super::{confidence_of_accounts, grants};
use crate::accounts::{Account, Standing, account_of, standing};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[284],
        owasp_serverless: &["S5", "SAS-3"],
        attack: &["T1199"],
        stride: &["S", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for grant in grants(cx) {
        let subject = grant.subject(cx);
        let principal = grant.props.get("Principal");
        let organisation = grant.props.get("PrincipalOrgID");
        let own = cx.settings.organisation.as_deref();
        if !organisation.is_null() && own.is_none_or(|o| !organisation.is(o).is_no()) {
            continue;
        }
        let id = match account_of(principal) {
            Account::Id(id) => id,
            Account::Unknown => {
                out.cannot_tell(grant.ix, "Principal", principal);
                continue;
            }
            _ => continue,
        };
        match standing(cx, &id) {
            Standing::Own => {}
            Standing::Unknown => super::cannot_place(out, grant.ix, "Principal", principal),
            Standing::Foreign => out.push(
                Found::at_value(
                    grant.ix,
                    principal,
                    grant.span,
                    format!("account `{id}` may invoke {subject}, and it is not an own one"),
                )
                .label("another account")
                .help("remove the permission, or list the account in `trusted-accounts`")
                .confidence(confidence_of_accounts(cx))
                .evidence(format!("{} {}", principal.display(), grant.logical_id)),
            ),
        }
    }
}
