//! the function loads a layer of another account
//!
//! ## What
//!
//! A layer of the function belongs to an account that is neither own, nor one from which AWS publishes layers,
//! nor in `trusted-accounts`. Info for publishers that name the account on their own pages (Datadog, Sentry,
//! New Relic and others). Without a configured account, an id is another's if it differs from every account
//! that the application uses as its own.
//!
//! ## Why
//!
//! A layer is code in the function's process: it sees every event, every environment variable and the
//! credentials of the role. A published version cannot change, but the next version that somebody pastes into
//! the template is chosen by the other account, and nobody reviews a layer. If the owner takes its permission
//! away, the function can no longer be deployed.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: python3.13
//!   iam:
//!     role: arn:aws:iam::271828182845:role/shop
//!   layers:
//!     - arn:aws:lambda:eu-west-1:314159265358:layer:imaging:4 # finding
//! functions:
//!   resize:
//!     handler: resize.handler
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Runtime: nodejs24.x
//!     CodeUri: .
//!     Layers:
//!       - !Sub arn:aws:lambda:${AWS::Region}:464622532012:layer:Datadog-Extension:65 # finding
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//! ```
//!
//! Own layers, and one that AWS publishes:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Common:
//!     Type: AWS::Serverless::LayerVersion
//!     Properties: {ContentUri: layer/}
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: python3.13
//!       CodeUri: .
//!       Layers:
//!         - !Ref Common
//!         - !Sub arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:layer:shared:3
//!         - !Sub arn:aws:lambda:${AWS::Region}:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:7
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: python3.13
//!   iam:
//!     role: arn:aws:iam::271828182845:role/shop
//! functions:
//!   resize:
//!     handler: resize.handler
//!     layers:
//!       - arn:aws:lambda:eu-west-1:271828182845:layer:imaging:4
//! ```
//!
//! ```hcl bad main.tf
//! locals {
//!   layers = [
//!     "arn:aws:lambda:eu-west-1:314159265358:layer:imaging:4", # finding
//!   ]
//! }
//!
//! resource "aws_lambda_function" "resize" {
//!   function_name = "resize"
//!   role          = "arn:aws:iam::271828182845:role/resize"
//!   handler       = "resize.handler"
//!   runtime       = "python3.13"
//!   filename      = "resize.zip"
//!   layers        = local.layers
//! }
//! ```
//!
//! ```hcl good main.tf
//! data "aws_region" "here" {}
//!
//! resource "aws_lambda_layer_version" "common" {
//!   layer_name = "common"
//!   filename   = "layer.zip"
//! }
//!
//! resource "aws_lambda_function" "resize" {
//!   function_name = "resize"
//!   role          = "arn:aws:iam::271828182845:role/resize"
//!   handler       = "resize.handler"
//!   runtime       = "python3.13"
//!   filename      = "resize.zip"
//!   layers = [
//!     aws_lambda_layer_version.common.arn,
//!     "arn:aws:lambda:${data.aws_region.here.name}:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:7",
//!   ]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! The only account that the application names may be its own:
//!
//! ```yaml unknown serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: python3.13
//! functions:
//!   resize:
//!     handler: resize.handler
//!     layers:
//!       - arn:aws:lambda:eu-west-1:314159265358:layer:imaging:4
//! ```
//!
//! ## How to fix
//!
//! Publish the layer in the own account from reviewed content and name that version, or list the publisher's
//! account in `trusted-accounts` of palisade.toml. An own copy has to be renewed by hand.

use crate::accounts::{Account, Standing, account_of, standing};
use crate::lambda::{Publisher, publisher};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[829, 1357],
        owasp_serverless: &["SAS-6"],
        attack: &["T1195.002"],
        stride: &["T", "I", "E"],
        others: &["using_cross_account_layers"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let layers = node.props.get("Layers");
        if layers.as_list().is_some_and(|l| l.open) {
            out.cannot_tell(ix, "Layers", layers);
        }
        for layer in layers.items() {
            let from = origin(cx, layer);
            let (severity, words) = match &from {
                Origin::Own | Origin::Aws => continue,
                Origin::Unknown => {
                    super::cannot_place(out, ix, "Layers", layer);
                    continue;
                }
                Origin::Known(name) => (Severity::Info, format!("from the account of {name}")),
                Origin::Foreign(id) => {
                    (Severity::Medium, format!("from account `{id}`, which is not an own one"))
                }
            };
            let text = layer.display();
            let name = layer_name(&text);
            let mut found = Found::at_value(
                ix,
                layer,
                node.span,
                format!("layer `{name}` of {{subject}} comes {words}"),
            )
            .label("runs with all rights of the function")
            .help("publish a reviewed copy in the own account, or list the account in `trusted-accounts`")
            .severity(severity)
            .evidence(format!("{words}: {name}"));
            if matches!(from, Origin::Foreign(_)) {
                found = found.confidence(super::confidence_of_accounts(cx));
            }
            out.push(found);
        }
    }
}

/// Whose a layer is.
pub(super) enum Origin {
    Own,
    Aws,
    Known(&'static str),
    Foreign(String),
    Unknown,
}

/// Whose a layer is.
pub(super) fn origin(cx: &Cx<'_>, layer: &Val) -> Origin {
    match account_of(layer) {
        Account::Own => Origin::Own,
        Account::Id(id) => match standing(cx, &id) {
            Standing::Own => Origin::Own,
            other => match (publisher(&id), other) {
                (Some(Publisher::Aws), _) => Origin::Aws,
                (Some(Publisher::Known(name)), _) => Origin::Known(name),
                (None, Standing::Foreign) => Origin::Foreign(id),
                (None, _) => Origin::Unknown,
            },
        },
        _ => Origin::Unknown,
    }
}

/// `imaging` of `arn:aws:lambda:eu-west-1:314159265358:layer:imaging:4`.
fn layer_name(text: &str) -> &str {
    text.split(":layer:").nth(1).and_then(|rest| rest.split(':').next()).unwrap_or(text)
}
