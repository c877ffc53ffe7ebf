//! code that stands in the template holds a secret
//!
//! ## What
//!
//! The inline code of a function (`InlineCode`, `Code.ZipFile`, `archive_file` with `source` content) holds a text in a format
//! that a service gives its credentials, or assigns a literal to a name that says password, key or token. Code in files is
//! read with the handlers.
//!
//! ## Why
//!
//! Whoever may read the template, the stack (`cloudformation:GetTemplate`) or the function's code has it; it is in every
//! copy of the repository for good.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Notify:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: index.handler
//!       Runtime: python3.13
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code:
//!         ZipFile: | # finding
//!           import os
//!           DB_PASSWORD = "hunter2-x9"
//!           def handler(event, context):
//!               return connect(DB_PASSWORD)
//! ```
//!
//! ```yaml bad sam.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Notify:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: index.handler
//!       Runtime: nodejs24.x
//!       InlineCode: |
//!         const apiKey = '9fX2mQ7vLk3RtY8pWz1a'; // finding
//!         exports.handler = async () => send(apiKey);
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Notify:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: index.handler
//!       Runtime: python3.13
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code:
//!         ZipFile: |
//!           import os
//!           DB_PASSWORD = os.environ["DB_PASSWORD"]
//!           password_field = "password"
//!           def handler(event, context):
//!               return connect(DB_PASSWORD)
//! ```
//!
//! ```hcl bad main.tf
//! data "archive_file" "notify" {
//!   type        = "zip"
//!   output_path = "notify.zip"
//!   source {
//!     filename = "index.py"
//!     content  = <<-EOF
//!       DB_PASSWORD = "hunter2-x9"
//!       def handler(event, context):
//!           return connect(DB_PASSWORD)
//!     EOF
//!   }
//! }
//!
//! resource "aws_lambda_function" "notify" {
//!   function_name = "notify"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "index.handler"
//!   runtime       = "python3.13"
//!   filename      = data.archive_file.notify.output_path
//! }
//! ```
//!
//! ```hcl good main.tf
//! data "archive_file" "notify" {
//!   type        = "zip"
//!   output_path = "notify.zip"
//!   source {
//!     filename = "index.py"
//!     content  = <<-EOF
//!       import os
//!       DB_PASSWORD = os.environ["DB_PASSWORD"]
//!       def handler(event, context):
//!           return connect(DB_PASSWORD)
//!     EOF
//!   }
//! }
//!
//! resource "aws_lambda_function" "notify" {
//!   function_name = "notify"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "index.handler"
//!   runtime       = "python3.13"
//!   filename      = data.archive_file.notify.output_path
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A value that is put together at run time is not followed here.
//!
//! ## How to fix
//!
//! **Rotate the secret first.** Read it in code from Secrets Manager or Parameter Store by its name.
//!
//! ## Differs from
//!
//! `CKV_AWS_45` reads environment variables only.

use crate::prelude::*;
use crate::secret::{Judgement, judge_text, known_format};

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::Medium,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[798],
        owasp_serverless: &["S3", "SAS-7"],
        checkov: &["CKV_AWS_45"],
        attack: &["T1552.001"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let code = node.props.at("Code.ZipFile");
        let text = code.display();
        if code.is_null() || text.is_empty() {
            continue;
        }
        let Some((name, what)) = in_code(&text) else { continue };
        out.hide(code);
        let holds = match name {
            Some(name) => format!("the inline code of {{subject}} holds {what} in `{name}`"),
            None => format!("the inline code of {{subject}} holds {what}"),
        };
        let key = node.props.get("Code").entry("ZipFile").map_or(Span::NONE, |e| e.key_span);
        out.push(
            Found::new(ix, key.or(node.span), holds)
                .label("this code holds a secret")
                .help("rotate it, and read it in code by its name")
                .evidence(name.unwrap_or(what)),
        );
    }
}

/// The first secret of a program: the name that it is assigned to, and what it looks like.
fn in_code(text: &str) -> Option<(Option<&str>, &'static str)> {
    for line in text.lines() {
        for quote in ['"', '\''] {
            let mut parts = line.split(quote);
            let mut before = parts.next().unwrap_or("");
            while let (Some(literal), Some(after)) = (parts.next(), parts.next()) {
                let name = assigned(before);
                if let Judgement::Literal { what, .. } = judge_text(name.unwrap_or(""), literal) {
                    return Some((name, what));
                }
                before = after;
            }
        }
    }
    known_format(text).map(|what| (None, what))
}

/// The name in front of `=` or `:` at the end of a piece of code.
fn assigned(before: &str) -> Option<&str> {
    let before = before.trim_end().strip_suffix(['=', ':'])?.trim_end();
    // `api_key: str = `, `const x: string = `
    let before = match before.rsplit_once(':') {
        Some((name, ty)) if ty.trim().bytes().all(|b| b.is_ascii_alphabetic()) => name.trim_end(),
        _ => before,
    };
    let before = before.trim_end_matches(['"', '\'', ']']);
    let name = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
    (!name.is_empty()).then_some(name)
}
